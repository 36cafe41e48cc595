//! A connection on connection. Short work runs on the calling thread, any other work on a thread that may block.

pub(super) mod fairness;
pub(super) mod interrupt;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::pool::ConnectionQueue;
use crate::drivers::sqlite::run;
use crate::drivers::sqlite::thread_choice::interrupt as deadline;
use crate::drivers::statement_timeout::in_time;
use crate::error::{Error, Result};
use crate::sql::statement::{Executed, RenderedStatement, StatementKind};

/// A connection on connection. It returns to its queue when it is dropped.
pub(super) struct PooledConnection {
    /// `None` until the connection is needed and opened.
    handle: Option<Box<SqliteConnection>>,
    queue: Arc<ConnectionQueue>,
}

/// When it is dropped, tells the thread that runs the statement that the caller has stopped waiting.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl PooledConnection {
    /// The caller must hold a permit of `queue` for it.
    pub(super) fn new(handle: Option<Box<SqliteConnection>>, queue: Arc<ConnectionQueue>) -> Self {
        Self { handle, queue }
    }

    /// Runs a statement on the calling thread if it may stay there and is known to be short.
    pub(super) fn run_here<T>(
        &mut self,
        statement: &RenderedStatement,
        work: impl Fn(&Connection, &RenderedStatement) -> Result<T>,
    ) -> Option<Result<T>> {
        match self.may_stay(statement.kind) {
            true => self.handle.as_mut()?.run_if_short(statement, work),
            false => None,
        }
    }

    /// Runs a statement on a thread that may block, within the statement timeout. If the caller is
    /// cancelled or the timeout expires, SQLite is interrupted, and the connection returns to its queue
    /// from that thread.
    pub(super) async fn run_away<T, W>(
        self,
        statement: RenderedStatement,
        work: W,
    ) -> Result<(Self, Result<T>)>
    where
        T: Send + 'static,
        W: Fn(&Connection, &RenderedStatement) -> Result<T> + Send + 'static,
    {
        let learns = self.may_stay_once_known(statement.kind);
        let limit = self.queue.statement_timeout;
        let left = Arc::new(AtomicBool::new(false));
        let _waiting = Waiting(left.clone());
        let stop = move || left.load(Ordering::Relaxed);
        let away = self.run_until(stop, move |handle| match learns {
            true => handle.run(&statement, &work),
            false => work(handle.connection(), &statement),
        });
        in_time(limit, away).await
    }

    /// Runs BEGIN, COMMIT or ROLLBACK to completion, even if the caller is cancelled.
    pub(super) async fn control(
        mut self,
        sql: &'static str,
        is_short: bool,
    ) -> Result<(Self, Result<Executed>)> {
        let statement = RenderedStatement::control(sql);
        let is_short = is_short && !self.queue.budget.is_zero();
        if let Some(handle) = &mut self.handle
            && is_short
            && let Some(result) = handle.without_waiting(|on| run::execute(on, &statement))
        {
            return Ok((self, result));
        }
        let work =
            move |handle: &mut SqliteConnection| run::execute(handle.connection(), &statement);
        self.run_until(|| false, work).await
    }

    /// Does work on a thread that may block, until `stop` returns true because the result is no longer wanted.
    pub(super) async fn run_until<T, W, S>(mut self, stop: S, work: W) -> Result<(Self, Result<T>)>
    where
        T: Send + 'static,
        W: FnOnce(&mut SqliteConnection) -> Result<T> + Send + 'static,
        S: FnMut() -> bool + Send + 'static,
    {
        let task = tokio::task::spawn_blocking(move || {
            let result = deadline::unless(stop, || work(self.handle()?));
            (self, result)
        });
        match task.await {
            Ok(done) => Ok(done),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(Error::runtime_ends()),
        }
    }

    /// Fails if SQLite has rolled back the transaction by itself.
    pub(super) fn require_transaction(&self) -> Result<()> {
        match &self.handle {
            Some(handle) => run::require_transaction(handle.connection()),
            None => Err(Error::interrupted()),
        }
    }

    /// Whether COMMIT returns without waiting for the disk.
    pub(super) fn commits_at_once(&self) -> bool {
        let handle = self.handle.as_ref();
        handle.is_some_and(|handle| handle.commits_at_once())
    }

    /// Whether a statement may run on the calling thread now, if it is known to be short.
    fn may_stay(&self, kind: StatementKind) -> bool {
        self.may_stay_once_known(kind)
            && (kind == StatementKind::Read || self.in_transaction() || self.commits_at_once())
    }

    fn may_stay_once_known(&self, kind: StatementKind) -> bool {
        !self.queue.budget.is_zero()
            && match kind {
                StatementKind::Read => true,
                StatementKind::WriteFew => self.queue.may_commit_at_once || self.in_transaction(),
                StatementKind::TableScan | StatementKind::Write | StatementKind::Unknown => false,
            }
    }

    fn in_transaction(&self) -> bool {
        let handle = self.handle.as_ref();
        handle.is_some_and(|handle| !handle.connection().is_autocommit())
    }

    fn handle(&mut self) -> Result<&mut SqliteConnection> {
        match &mut self.handle {
            Some(handle) => Ok(handle),
            empty => Ok(empty.insert(Box::new(self.queue.open()?))),
        }
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let mut returned = Returned {
            handle: self.handle.take(),
            queue: self.queue.clone(),
        };
        let Some(handle) = &returned.handle else {
            return;
        };
        let connection = handle.connection();
        // An open transaction here means that its owner was dropped.
        if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
            // Closed before another task gets its permit.
            returned.handle = None;
        } else if handle.has_long_log() {
            let write_back = move || {
                if let Some(handle) = &returned.handle {
                    handle.write_log_back();
                }
            };
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn_blocking(write_back)),
                Err(_) => write_back(),
            }
        }
    }
}

/// A connection on its way back to its queue. It reaches the queue when this is dropped, even if the thread
/// that was to write the log back first failed.
struct Returned {
    handle: Option<Box<SqliteConnection>>,
    queue: Arc<ConnectionQueue>,
}

impl Drop for Returned {
    fn drop(&mut self) {
        self.queue.return_connection(self.handle.take());
    }
}
