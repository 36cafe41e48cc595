//! An open connection, and which of its statements are known to be short.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::share;
use super::turn;
use crate::error::{Error, Result};
use crate::statement::{Effort, Statement};

/// How many texts are known at once; then they are learned anew.
const MOST_KNOWN: usize = 256;

/// How many pages the write-ahead log has when it is written back to the file. SQLite's own number.
const LONG_LOG: u32 = 1_000;

/// An open connection; used by one thread at a time.
pub(super) struct Handle {
    connection: Connection,
    /// The texts whose last run took less than half of the budget.
    short: HashSet<Box<str>>,
    /// For how long a statement may keep the calling thread.
    budget: Duration,
    /// For how long SQLite waits for a lock of another process.
    busy_timeout: Duration,
    /// Pages in the write-ahead log after the last commit, where this crate writes it back.
    log_pages: Arc<AtomicU32>,
}

impl Handle {
    pub(super) fn new(
        connection: Connection,
        budget: Duration,
        busy_timeout: Duration,
        log_pages: Arc<AtomicU32>,
    ) -> Self {
        Self {
            connection,
            short: HashSet::new(),
            budget,
            busy_timeout,
            log_pages,
        }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Runs a statement that is known to be short on the calling thread. `None` when it is not known
    /// to be, when it turns out not to be, and when it would have to wait for a lock: then nothing has
    /// happened.
    pub(super) fn run_if_short<T>(
        &mut self,
        statement: &Statement,
        work: impl Fn(&Connection, &Statement) -> Result<T>,
    ) -> Option<Result<T>> {
        if !self.short.contains(&*statement.sql) {
            return None;
        }
        let started = Instant::now();
        let run = || self.without_waiting(|connection| work(connection, statement));
        let result = match statement.effort {
            Effort::Reads => turn::until(started + self.budget, run).flatten(),
            // To break off a write would undo its transaction.
            _ => run(),
        };
        let elapsed = started.elapsed();
        share::take(elapsed);
        if elapsed >= self.budget {
            self.short.remove(&*statement.sql);
        }
        result
    }

    /// Runs a statement on a thread that may block, and learns whether it is short.
    pub(super) fn run<T>(
        &mut self,
        statement: &Statement,
        work: impl Fn(&Connection, &Statement) -> Result<T>,
    ) -> Result<T> {
        let started = Instant::now();
        let result = work(&self.connection, statement);
        if result.is_ok() && started.elapsed() < self.budget / 2 {
            if self.short.len() == MOST_KNOWN {
                self.short.clear();
            }
            self.short.insert((&*statement.sql).into());
        }
        result
    }

    /// Does work that is short by nature. `None` when the database was locked.
    pub(super) fn without_waiting<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Option<Result<T>> {
        let wait = |limit| match self.busy_timeout.is_zero() {
            true => Ok(()),
            false => self.connection.busy_timeout(limit).map_err(Error::from),
        };
        let result = wait(Duration::ZERO).and_then(|()| work(&self.connection));
        match (wait(self.busy_timeout), result) {
            (Err(error), _) => Some(Err(error)),
            (_, Err(error)) if error.is_retryable() => None,
            (_, result) => Some(result),
        }
    }

    /// Whether the write-ahead log is to be written back now.
    pub(super) fn has_long_log(&self) -> bool {
        self.log_pages.load(Ordering::Relaxed) >= LONG_LOG
    }

    /// Writes the write-ahead log back, as far as no reader needs it.
    pub(super) fn write_log_back(&self) {
        self.log_pages.store(0, Ordering::Relaxed);
        let done = self
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()));
        if let Err(error) = done {
            // The next commit tries again.
            tracing::warn!(%error, "the write-ahead log was not written back");
        }
    }
}
