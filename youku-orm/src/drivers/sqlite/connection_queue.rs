//! The connections of one kind, and the queue of the statements that wait for one.
//!
//! Invariants:
//!
//! - At most `size` connections are open. There is one permit for each; a [`PooledConnection`] has the permit until it is
//!   dropped, and the connection is in the list, or closed, before the permit is released.
//! - A connection in the list has no open transaction, and the session state with which it was opened. After hand-written
//!   SQL that may have changed it, a connection to a file is opened again. A database in memory lives in its connection, so
//!   that one is [restored](opening_state).
//! - The lock of the list is held for an operation on the list only.

mod opening_state;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::drivers::sqlite::connect::ConnectOptions;
use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::run;
use crate::drivers::sqlite::thread_choice::{self, InlineRules};
use crate::error::{Class, Error, Result};
use crate::settings::options::DatabaseOptions;
use crate::sql::effect::Effect;

/// Boxed, because a connection is large and every statement moves one out and back in.
type Idle = Vec<Box<SqliteConnection>>;

/// Connections of one kind, opened as they are needed.
pub(super) struct ConnectionQueue {
    idle: Mutex<Idle>,
    permits: Semaphore,
    size: u32,
    /// Whether new statements are refused.
    closing: AtomicBool,
    acquire_timeout: Duration,
    statement_timeout: Option<Duration>,
    inline_rules: InlineRules,
    options: ConnectOptions,
}

impl ConnectionQueue {
    pub(super) fn new(connect: ConnectOptions, size: u16, options: &DatabaseOptions) -> Arc<Self> {
        Arc::new(Self {
            idle: Mutex::new(Vec::new()),
            permits: Semaphore::new(usize::from(size)),
            size: u32::from(size),
            closing: AtomicBool::new(false),
            acquire_timeout: options.acquire_timeout,
            statement_timeout: options.statement_timeout,
            inline_rules: InlineRules::new(options, connect.is_in_memory()),
            options: connect,
        })
    }

    /// Waits until a connection is free. It is opened by the thread that first uses it.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<PooledConnection> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(Error::closed());
        }
        thread_choice::yield_if_due().await;
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => self.wait_for_permit().await?,
        };
        // `release` adds it again.
        permit.forget();
        let connection = self.lock_idle().pop();
        Ok(PooledConnection {
            connection,
            queue: self.clone(),
            is_changed: false,
        })
    }

    async fn wait_for_permit(&self) -> Result<SemaphorePermit<'_>> {
        match tokio::time::timeout(self.acquire_timeout, self.permits.acquire()).await {
            Ok(permit) => permit.map_err(|_| Error::closed()),
            Err(_) => Err(Error::new(
                Class::PoolTimeout,
                "no SQLite connection became free in time; if a statement is sent to the database \
                 inside a transaction or a stream on it, send it to the transaction instead",
            )),
        }
    }

    /// Refuses new statements. Those that wait already still get a connection.
    pub(super) fn refuse_new(&self) {
        self.closing.store(true, Ordering::SeqCst);
    }

    /// Waits until every connection is idle, and closes them.
    pub(super) async fn close(self: &Arc<Self>) -> Result<()> {
        // Tasks that are already waiting get their permits first. This fails only if another task closes the queue too.
        let Ok(all) = self.permits.acquire_many(self.size).await else {
            return Ok(());
        };
        self.permits.close();
        drop(all);
        let queue = self.clone();
        // Closing the last connection of a file writes its WAL back.
        let closed = tokio::task::spawn_blocking(move || queue.lock_idle().clear()).await;
        closed.map_err(|_| Error::runtime_ends())
    }

    /// Puts a connection into the list, and then releases its permit. The queue closes its permits only while it holds all
    /// of them, so it is open as long as a connection is in use.
    fn release(&self, connection: Option<Box<SqliteConnection>>) {
        self.lock_idle().extend(connection);
        self.permits.add_permits(1);
    }

    fn lock_idle(&self) -> MutexGuard<'_, Idle> {
        // The list of connections stays consistent, even if a thread panicked while it held the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use. When it is dropped, an open transaction is rolled back and the connection is idle again.
pub(super) struct PooledConnection {
    /// `None` until the connection is needed and opened.
    connection: Option<Box<SqliteConnection>>,
    queue: Arc<ConnectionQueue>,
    /// Whether a statement may have changed the state of the session.
    is_changed: bool,
}

impl PooledConnection {
    /// Takes note of a statement that is about to run.
    pub(super) fn note(&mut self, effect: Effect) {
        if effect == Effect::Changes {
            self.is_changed = true;
            self.forget_tables();
        }
    }

    /// Forgets what is known about tables, because a statement may change them.
    pub(super) fn forget_tables(&self) {
        if let Some(connection) = &self.connection {
            connection.tables.clear();
        }
    }

    /// The connection, if it is open.
    pub(super) fn opened(&mut self) -> Option<&mut SqliteConnection> {
        self.connection.as_deref_mut()
    }

    /// The connection. It is opened if it is not open yet, which may block.
    pub(super) fn open(&mut self) -> Result<&mut SqliteConnection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(Box::new(self.queue.options.open()?))),
        }
    }

    pub(super) fn inline_rules(&self) -> InlineRules {
        self.queue.inline_rules
    }

    pub(super) fn statement_timeout(&self) -> Option<Duration> {
        self.queue.statement_timeout
    }

    /// Fails if SQLite has rolled back the transaction by itself.
    pub(super) fn require_transaction(&self) -> Result<()> {
        match &self.connection {
            Some(connection) => run::require_transaction(&connection.raw),
            None => Err(Error::interrupted()),
        }
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let mut release = ReleaseOnDrop {
            connection: self.connection.take(),
            is_changed: false,
            queue: self.queue.clone(),
        };
        let Some(connection) = &release.connection else {
            return;
        };
        // An open transaction here means that its owner was dropped.
        if connection.is_in_transaction() && connection.raw.execute_batch("ROLLBACK").is_err() {
            // Closed before another task gets its permit.
            release.connection = None;
        } else if self.is_changed && connection.in_memory {
            release.is_changed = true;
            run_in_background(move || drop(release));
        } else if self.is_changed {
            let changed = release.connection.take();
            run_in_background(move || {
                drop(changed);
                release.open();
            });
        } else if connection.log.is_long() {
            run_in_background(move || {
                if let Some(connection) = &release.connection {
                    connection.log.write_back(&connection.raw);
                }
            });
        }
    }
}

/// Does work on a thread that may block, or on this one if there is no runtime.
fn run_in_background(work: impl FnOnce() + Send + 'static) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(work)),
        Err(_) => work(),
    }
}

/// Releases a connection when it is dropped, even if the thread that should write the log back first has failed.
struct ReleaseOnDrop {
    connection: Option<Box<SqliteConnection>>,
    /// Whether the session is restored first, which is done even if the runtime ends before its thread has run.
    is_changed: bool,
    queue: Arc<ConnectionQueue>,
}

impl ReleaseOnDrop {
    /// Opens a connection in place of one that was closed, because the last connection that `close` closes must be one that
    /// writes. If it cannot be opened, the next statement tries again and gets the error.
    fn open(&mut self) {
        self.connection = self.queue.options.open().ok().map(Box::new);
    }
}

impl Drop for ReleaseOnDrop {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.as_ref().filter(|_| self.is_changed) {
            connection.tables.clear();
            opening_state::restore(&connection.raw, &self.queue.options);
        }
        self.queue.release(self.connection.take());
    }
}
