//! Connections on loan from the driver's pool, and those that stay out of it between two statements.
//!
//! `mysql_async` takes a connection back by a task of its own, and before it lends it again it looks whether the server
//! has closed it. For a find by key that is a sixth of a program's work. So a connection that the driver has looked at
//! less than [`WARM`] ago goes from one statement to the next directly, together with the statements that are
//! prepared on it.

mod places;
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

/// For how long the driver need not look at a connection again. When the server closes one meanwhile, the next
/// statement fails; seen from there it is the same as one that is closed while a statement runs.
const WARM: Duration = Duration::from_millis(10);

/// How often connections that stay out are looked at, where the driver ends those that are old or idle. A timer that is due
/// soon is set anew at every wait for the server, which costs a virtual machine microseconds each time.
const LOOK: Duration = Duration::from_secs(1);

/// Who may use a connection, and which are at hand.
pub(super) struct Lender {
    pool: mysql_async::Pool,
    acquire_timeout: Duration,
    /// How many connections there may be.
    size: usize,
    /// As many as there may be connections. The driver's own queue would not hear of one that stays out of its pool.
    permits: Semaphore,
    stay: Stay,
    shelf: Mutex<Shelf>,
    /// The runtime that the driver's pool lives in.
    runtime: Handle,
}

/// For how long idle connections stay out of the driver's pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stay {
    /// Others use the pool as well.
    Never,
    /// The driver ends those that are old or idle.
    AWhile,
    /// The driver would only keep them.
    Always,
}

/// The connections that nobody uses and the driver's pool does not have.
#[derive(Default)]
struct Shelf {
    idle: Vec<Held>,
    /// Whether a task looks after it.
    is_watched: bool,
    is_closed: bool,
}

/// A connection outside the driver's pool; it goes back there when it is dropped.
struct Held {
    connection: Conn,
    prepared: Prepared,
    since: Instant,
}

impl Held {
    /// One that the driver has just looked at.
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

/// A connection on loan. Dropped, it goes back to the driver's pool, which closes it when its statement was cut off,
/// before somebody else gets the permit.
pub(super) struct Loan {
    held: Held,
    permit: Permit,
}

impl Loan {
    pub(super) fn connection(&mut self) -> &mut Conn {
        &mut self.held.connection
    }

    /// The connection, and what is prepared on it.
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

    /// Whether a statement was cut off, so that the driver closes it.
    pub(super) fn is_cut_off(&self) -> bool {
        self.held.connection.is_disconnected()
    }

    /// Gives a connection that has turned out to be broken for one that the driver has looked at.
    pub(super) async fn renew(self) -> Result<Self> {
        let Self { held, permit } = self;
        drop(held);
        let held = permit.0.in_time(pin!(permit.0.ask())).await?;
        Ok(Self { held, permit })
    }

    /// Gives the connection to the next statement; the one before has ended, and well.
    pub(super) fn keep(self) {
        let Self { held, permit } = self;
        permit.0.put(held);
    }

    /// Has the server end the connection, whatever it is doing for it.
    pub(super) fn kill(self) {
        let (id, opts) = (self.id(), self.held.connection.opts().clone());
        kill::end(&self.runtime().clone(), id, opts, self);
    }

    /// Ends the connection and waits until the server has been told.
    pub(super) async fn disconnect(self) {
        // One that is broken has ended already.
        let _ = self.held.connection.disconnect().await;
    }
}

impl Lender {
    /// Call it in the pool's runtime.
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

    /// Gives a connection that was just opened to the first statement.
    pub(super) fn receive(self: &Arc<Self>, connection: Conn) {
        self.put(Held::new(connection));
    }

    /// Takes a connection, as soon as there is one.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Loan> {
        let taken = pin!(async {
            let permit = self.permit().await?;
            let held = match self.pick() {
                Some(held) if held.is_warm() => held,
                cold => {
                    if let Some(cold) = cold {
                        // The driver's task that takes it back mostly goes first then; otherwise the pool may open another one.
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

    /// Waits for a connection as long as somebody may wait for one.
    pub(super) async fn in_time<T>(
        &self,
        mut taken: Pin<&mut impl Future<Output = Result<T>>>,
    ) -> Result<T> {
        // Mostly a connection is free, and a timer would be made for nothing.
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
            Stay::AWhile => places::connection(&self.pool, self.size).await,
            Stay::Never | Stay::Always => self.pool.get_conn().await,
        };
        Ok(Held::new(connection?))
    }

    /// The connection that was used last.
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
        // A list of connections is whole whatever panicked while it was locked.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives connections that nobody has asked for back to the driver's pool, until none is left.
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
