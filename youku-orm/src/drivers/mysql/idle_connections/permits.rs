//! Asks the driver's pool for a connection while the driver ends idle connections because of their age.
//!
//! `mysql_async` ends such a connection in a separate task, and afterwards does not wake the request that waits for its
//! place: that request, and those queued after it, would wait until they time out. So a request is made only if the pool
//! has a connection or a place, and a request that is queued nevertheless is made again.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mysql_async::{Conn, Metrics, Pool, Result};

/// How often to look for a place. One is missing only for as long as a connection takes to end or to come back.
const LOOK: Duration = Duration::from_millis(1);

/// How often it is looked for: for as long as it takes every other request to leave the queue.
const MOST_LOOKS: u32 = 100;

/// How long a request may be queued before it is made again.
const QUEUED: Duration = Duration::from_millis(50);

/// Takes a connection from a pool of that size.
pub(crate) async fn connection(pool: &Pool, size: usize) -> Result<Conn> {
    let metrics = pool.metrics();
    loop {
        // The oldest request in the queue goes first. Without a wait here, requests that are made again would be queued
        // behind each other forever. It has an end because a pool that is closed has no place, and says so to a request.
        for _ in 0..MOST_LOOKS {
            if !is_queued(&metrics) && has_place(&metrics, size) {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        let mut asked = pin!(pool.get_conn());
        loop {
            match tokio::time::timeout(QUEUED, asked.as_mut()).await {
                Ok(connection) => return connection,
                // It may be another one that is queued; then this one opens its connection a second time.
                Err(_) if is_queued(&metrics) && has_place(&metrics, size) => break,
                Err(_) => {}
            }
        }
    }
}

/// Whether a request is queued.
fn is_queued(metrics: &Metrics) -> bool {
    read(&metrics.active_wait_requests) > 0
}

/// Whether a connection is idle or may be opened.
fn has_place(metrics: &Metrics, size: usize) -> bool {
    read(&metrics.connections_in_pool) > 0 || read(&metrics.connection_count) < size
}

fn read(number: &AtomicUsize) -> usize {
    number.load(Ordering::Relaxed)
}
