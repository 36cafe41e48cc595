//! Connections on loan from the driver's pool, and idle connections that stay outside it between two statements.
//!
//! `mysql_async` takes a connection back in a separate task, and before it lends the connection again, it checks whether
//! the server has closed it. For a find by key this is a sixth of a program's work. So a connection that the driver
//! checked less than [`WARM`] ago passes from one statement directly to the next, together with its prepared statements.

mod permits;
mod prepared;

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use mysql_async::Conn;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::drivers::mysql::idle_connections::prepared::Prepared;
use crate::drivers::mysql::kill;
use crate::error::{Class, Error, Result};

/// How long a connection may be used without another check by the driver. If the server closes the connection within
/// that time, the next statement fails, as it does when the server closes a connection while a statement runs.
const WARM: Duration = Duration::from_millis(10);

/// How often idle connections outside the pool are checked, if the driver closes connections that are old or idle. A timer
/// that expires soon is set again at every wait for the server, which costs a virtual machine microseconds each time.
const LOOK: Duration = Duration::from_secs(1);

/// Lends connections: limits how many are in use, and keeps the idle ones at hand.
pub(super) struct Lender {
    pool: mysql_async::Pool,
    acquire_timeout: Duration,
    /// The maximum number of connections.
    size: usize,
    /// One permit for each of the `size` connections. The driver's own queue would not learn of an idle connection that
    /// stays outside its pool.
    permits: Semaphore,
    stay: Stay,
    shelf: Mutex<Shelf>,
    /// The runtime that the driver's pool lives in.
    runtime: Handle,
}

/// How long idle connections stay outside the driver's pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stay {
    /// Other code uses the pool as well.
    Never,
    /// The driver closes connections that are old or idle.
    AWhile,
    /// The driver would do nothing but keep them.
    Always,
}

/// The idle connections that are outside the driver's pool.
#[derive(Default)]
struct Shelf {
    idle: Vec<Held>,
    /// Whether a task returns cold connections to the driver's pool.
    is_watched: bool,
    is_closed: bool,
}

/// A connection outside the driver's pool. It returns to the pool when it is dropped.
struct Held {
    connection: Conn,
    prepared: Prepared,
    since: Instant,
}

impl Held {
    /// Wraps a connection that the driver has just checked.
    fn new(connection: Conn) -> Self {
        Self {
            prepared: Prepared::new(connection.opts().stmt_cache_size()),
            connection,
            since: Instant::now(),
        }
    }

    fn is_warm(&self) -> bool {
        self.since.elapsed() < WARM
    }
}

/// The right to use one connection.
pub(super) struct Permit(Arc<Lender>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.permits.add_permits(1);
    }
}

/// A connection on loan. When it is dropped, it returns to the driver's pool before another task gets the permit. The pool
/// closes it if its statement was interrupted.
pub(super) struct Loan {
    held: Held,
    permit: Permit,
}

impl Loan {
    pub(super) fn connection(&mut self) -> &mut Conn {
        &mut self.held.connection
    }

    /// The connection and its prepared statements.
    pub(super) fn parts(&mut self) -> (&mut Conn, &mut Prepared) {
        (&mut self.held.connection, &mut self.held.prepared)
    }

    pub(super) fn id(&self) -> u32 {
        self.held.connection.id()
    }

    /// The runtime that the driver's pool lives in.
    pub(super) fn runtime(&self) -> &Handle {
        &self.permit.0.runtime
    }

    /// Whether a statement was interrupted, so that the driver closes the connection.
    pub(super) fn is_cut_off(&self) -> bool {
        self.held.connection.is_disconnected()
    }

    /// Exchanges a connection that has turned out to be broken for one that the driver has checked.
    pub(super) async fn renew(self) -> Result<Self> {
        let Self { held, permit } = self;
        drop(held);
        let held = permit.0.in_time(pin!(permit.0.ask())).await?;
        Ok(Self { held, permit })
    }

    /// Keeps the connection for the next statement. The previous statement must have succeeded.
    pub(super) fn keep(self) {
        let Self { held, permit } = self;
        permit.0.put(held);
    }

    /// Makes the server end the connection and whatever runs on it.
    pub(super) fn kill(self) {
        let (id, opts) = (self.id(), self.held.connection.opts().clone());
        kill::end(&self.runtime().clone(), id, opts, self);
    }

    /// Ends the connection and waits until the server has been told.
    pub(super) async fn disconnect(self) {
        // A broken connection has ended already.
        let _ = self.held.connection.disconnect().await;
    }
}

impl Lender {
    /// Must be called in the pool's runtime.
    pub(super) fn new(
        pool: mysql_async::Pool,
        size: usize,
        stay: Stay,
        acquire_timeout: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            pool,
            acquire_timeout,
            size,
            permits: Semaphore::new(size.min(Semaphore::MAX_PERMITS)),
            stay,
            shelf: Mutex::default(),
            runtime: Handle::current(),
        })
    }

    /// Keeps a connection that was just opened for the first statement.
    pub(super) fn receive(self: &Arc<Self>, connection: Conn) {
        self.put(Held::new(connection));
    }

    /// Takes a connection, as soon as one is free.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Loan> {
        let taken = pin!(async {
            let permit = self.permit().await?;
            let held = match self.pick() {
                Some(held) if held.is_warm() => held,
                cold => {
                    if let Some(cold) = cold {
                        // After the yield, the driver's task has usually taken it back. Without it, the pool may open a new one.
                        drop(cold);
                        tokio::task::yield_now().await;
                    }
                    self.ask().await?
                }
            };
            Ok(Loan { held, permit })
        });
        self.in_time(taken).await
    }

    /// Waits for a connection, at most for `acquire_timeout`.
    pub(super) async fn in_time<T>(
        &self,
        mut taken: Pin<&mut impl Future<Output = Result<T>>>,
    ) -> Result<T> {
        // Usually a connection is free, so the timer is only created when it has to wait.
        let mut limit = None;
        poll_fn(|ctx| {
            let polled = taken.as_mut().poll(ctx);
            if polled.is_ready() {
                return polled;
            }
            let sleep = || Box::pin(tokio::time::sleep(self.acquire_timeout));
            let over = limit.get_or_insert_with(sleep).as_mut().poll(ctx);
            over.map(|()| {
                Err(Error::new(
                    Class::PoolTimeout,
                    "no MySQL connection became free in time; raise `max_connections`, or look for \
                     transactions that are held open",
                ))
            })
        })
        .await
    }

    /// Closes the idle connections, waits for the busy ones, and refuses new loans.
    pub(super) async fn close(&self) -> Result<()> {
        self.permits.close();
        let idle = {
            let mut shelf = self.shelf();
            shelf.is_closed = true;
            std::mem::take(&mut shelf.idle)
        };
        drop(idle);
        Ok(self.pool.clone().disconnect().await?)
    }

    async fn permit(self: &Arc<Self>) -> Result<Permit> {
        let permit = self.permits.acquire().await;
        permit.map_err(|_| Error::closed())?.forget();
        Ok(Permit(self.clone()))
    }

    async fn ask(&self) -> Result<Held> {
        let connection = match self.stay {
            Stay::AWhile => permits::connection(&self.pool, self.size).await,
            Stay::Never | Stay::Always => self.pool.get_conn().await,
        };
        Ok(Held::new(connection?))
    }

    /// The idle connection that was used most recently.
    fn pick(&self) -> Option<Held> {
        self.shelf().idle.pop()
    }

    fn put(self: &Arc<Self>, held: Held) {
        let mut shelf = self.shelf();
        if self.stay == Stay::Never || shelf.is_closed {
            return;
        }
        shelf.idle.push(held);
        if self.stay == Stay::AWhile && !std::mem::replace(&mut shelf.is_watched, true) {
            drop(shelf);
            self.runtime.spawn(take_away(Arc::downgrade(self)));
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // The list of connections stays consistent, even if a thread panicked while it held the lock.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns connections that have gone cold to the driver's pool, until no idle connection is left.
async fn take_away(lender: Weak<Lender>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(lender) = lender.upgrade() else {
            return;
        };
        let mut shelf = lender.shelf();
        let cold = shelf.idle.extract_if(.., |held| !held.is_warm());
        let cold: Vec<Held> = cold.collect();
        let goes_on = !shelf.idle.is_empty();
        shelf.is_watched = goes_on;
        drop(shelf);
        drop(cold);
        if !goes_on {
            return;
        }
    }
}
