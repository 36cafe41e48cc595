//! A connection on loan, and the thread that works with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use tokio::sync::OwnedSemaphorePermit;

use super::pool::Lane;
use crate::error::{Error, Result};
use crate::statement::in_time;

/// After how many steps of its machine SQLite asks whether it is still wanted: some microseconds.
const STEPS: i32 = 1_000;

/// A connection on loan; it goes back to its lane when it is dropped.
pub(super) struct Loan {
    connection: Option<Connection>,
    lane: Arc<Lane>,
    _permit: OwnedSemaphorePermit,
}

/// Tells the thread of a statement, when it is dropped, that nobody waits any more.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Loan {
    /// `connection` is opened when it is needed.
    pub(super) fn new(
        connection: Option<Connection>,
        lane: Arc<Lane>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            connection,
            lane,
            _permit: permit,
        }
    }

    /// Runs one statement on a thread that may block, within the statement timeout. When the
    /// caller goes away, or the time is over, SQLite is interrupted and the connection returns to
    /// its lane from there.
    pub(super) async fn run<T, W>(self, work: W) -> Result<(Self, Result<T>)>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let limit = self.lane.statement_timeout;
        let left = Arc::new(AtomicBool::new(false));
        let _waiting = Waiting(left.clone());
        let stop = move || left.load(Ordering::Relaxed);
        in_time(limit, self.run_until(stop, work)).await
    }

    /// Does work that goes on to its end when the caller goes away.
    pub(super) async fn run_to_the_end<T, W>(self, work: W) -> Result<(Self, Result<T>)>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.run_until(|| false, work).await
    }

    /// Does work on a thread that may block, until `stop` says that it is not wanted any more.
    pub(super) async fn run_until<T, W, S>(mut self, stop: S, work: W) -> Result<(Self, Result<T>)>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
        S: FnMut() -> bool + Send + 'static,
    {
        let task = tokio::task::spawn_blocking(move || {
            let result = self.connection().and_then(|connection| {
                connection.progress_handler(STEPS, Some(stop))?;
                let result = work(connection);
                connection.progress_handler(0, None::<fn() -> bool>)?;
                result
            });
            (self, result)
        });
        match task.await {
            Ok(done) => Ok(done),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(Error::runtime_ends()),
        }
    }

    fn connection(&mut self) -> Result<&mut Connection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(self.lane.open()?)),
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // An open transaction here means that its owner went away.
        if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        self.lane.give_back(connection);
    }
}
