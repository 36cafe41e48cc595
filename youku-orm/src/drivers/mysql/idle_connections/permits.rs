//! Permits to use a connection, and the wait for a connection of the driver's pool.
//!
//! There is one permit for each of the `max_connections`. The driver's own queue does not suffice, because a request in it
//! would not learn of a connection that becomes idle outside the driver's pool.
//!
//! [`Permits::connection`] works around a gap of `mysql_async`. The driver ends a connection that exceeds `idle_timeout` or
//! `max_lifetime` in a separate task, and afterwards does not wake the request that waits for capacity: that request, and
//! those queued after it, would wait until they time out. So a request is made only if the driver's pool has capacity, and
//! a request that is queued nevertheless is made again.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mysql_async::{Conn, Metrics, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Class, Error, Result};

/// How often to look for capacity. It is missing only while a connection ends or returns.
const CAPACITY_INTERVAL: Duration = Duration::from_millis(1);

/// How often to look before a request is made anyway: enough for every other request to leave the queue.
const MAX_CAPACITY_CHECKS: u32 = 100;

/// How long a request may be queued before it is made again.
const QUEUED: Duration = Duration::from_millis(50);

/// The permits of one pool.
pub(in crate::drivers::mysql) struct Permits {
    semaphore: Arc<Semaphore>,
    /// The maximum number of connections.
    size: usize,
    acquire_timeout: Duration,
}

impl Permits {
    pub(super) fn new(size: usize, acquire_timeout: Duration) -> Self {
        Self {
            semaphore: Arc::new(Semaphore::new(size.min(Semaphore::MAX_PERMITS))),
            size,
            acquire_timeout,
        }
    }

    /// Waits for a permit, for as long as it takes.
    pub(super) async fn acquire(&self) -> Result<OwnedSemaphorePermit> {
        let permit = self.semaphore.clone().acquire_owned().await;
        permit.map_err(|_| Error::closed())
    }

    /// Makes every waiting and every later [`acquire`](Self::acquire) fail.
    pub(super) fn close(&self) {
        self.semaphore.close();
    }

    /// Waits for a connection, at most for `acquire_timeout`.
    pub(in crate::drivers::mysql) async fn in_time<T>(
        &self,
        mut acquired: Pin<&mut impl Future<Output = Result<T>>>,
    ) -> Result<T> {
        // Usually a connection is free, so the timer is created only when the future has to wait.
        let mut limit = None;
        poll_fn(|ctx| {
            let polled = acquired.as_mut().poll(ctx);
            if polled.is_ready() {
                return polled;
            }
            let sleep = || Box::pin(tokio::time::sleep(self.acquire_timeout));
            let expired = limit.get_or_insert_with(sleep).as_mut().poll(ctx);
            expired.map(|()| {
                Err(Error::new(
                    Class::PoolTimeout,
                    "no MySQL connection became free in time; raise `max_connections`, or look for \
                     transactions that stay open",
                ))
            })
        })
        .await
    }

    /// Takes a connection from a driver's pool that closes connections because of their age.
    pub(super) async fn connection(&self, pool: &Pool) -> mysql_async::Result<Conn> {
        self.answer(&pool.metrics(), || pool.get_conn()).await
    }

    /// The answer to a request to the driver's pool with these metrics.
    async fn answer<F: Future>(&self, metrics: &Metrics, request: impl Fn() -> F) -> F::Output {
        let is_free = || !is_queued(metrics) && self.has_capacity(metrics);
        loop {
            // The oldest request in the queue goes first. Without this wait, requests that are made again would be queued
            // after each other forever. The wait is bounded because a closed pool has no capacity, and only a request
            // gets its error.
            for _ in 0..MAX_CAPACITY_CHECKS {
                if is_free() {
                    break;
                }
                tokio::time::sleep(CAPACITY_INTERVAL).await;
            }
            let mut requested = pin!(request());
            loop {
                match tokio::time::timeout(QUEUED, requested.as_mut()).await {
                    Ok(answer) => return answer,
                    // Another request may be the queued one; then this one opens its connection a second time.
                    Err(_) if is_queued(metrics) && self.has_capacity(metrics) => break,
                    Err(_) => {}
                }
            }
        }
    }

    /// Whether a connection is in the driver's pool or may be opened.
    fn has_capacity(&self, metrics: &Metrics) -> bool {
        read(&metrics.connections_in_pool) > 0 || read(&metrics.connection_count) < self.size
    }
}

/// Whether a request is queued in the driver's pool.
fn is_queued(metrics: &Metrics) -> bool {
    read(&metrics.active_wait_requests) > 0
}

fn read(number: &AtomicUsize) -> usize {
    number.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    /// A request in the driver's queue, which leaves the queue when it is dropped.
    struct Queued<'m>(&'m Metrics);

    impl Drop for Queued<'_> {
        fn drop(&mut self) {
            self.0.active_wait_requests.store(0, Ordering::Relaxed);
        }
    }

    /// Another thread of the driver took the idle connection after the capacity was seen and before the request was made.
    /// It ends that connection, and wakes no request.
    #[tokio::test]
    async fn a_request_that_the_driver_does_not_wake_is_made_again() {
        let (metrics, requests) = (Metrics::default(), AtomicUsize::new(0));
        let request = async || {
            if requests.fetch_add(1, Ordering::Relaxed) == 0 {
                metrics.active_wait_requests.store(1, Ordering::Relaxed);
                let _queued = Queued(&metrics);
                pending::<()>().await;
            }
        };
        let permits = Permits::new(1, Duration::from_secs(60));
        let answer = permits.answer(&metrics, request);
        let answered = tokio::time::timeout(Duration::from_secs(60), answer).await;
        assert!(answered.is_ok(), "the request stayed in the queue");
        assert_eq!(requests.load(Ordering::Relaxed), 2);
    }
}
