//! An open connection, and which of its statements are known to be short.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::share;
use super::turn;
use crate::error::Result;
use crate::statement::{Effort, Statement};

/// How many texts are known at once; then they are learned anew.
const MOST_KNOWN: usize = 256;

/// How many pages the write-ahead log has when it is written back to the file. SQLite's own number.
const LONG_LOG: u32 = 1_000;

/// An open connection; used by one thread at a time.
pub(super) struct Handle {
    connection: Connection,
    /// The texts that took less than nine tenths of the budget on a thread, and no whole one since.
    short: HashSet<Box<str>>,
    /// For how long a statement may keep the calling thread.
    budget: Duration,
    /// For how long SQLite waits for a lock of another process.
    busy_timeout: Duration,
    /// Pages in the write-ahead log since this crate wrote it back: 0 where SQLite does that.
    log_pages: Arc<AtomicU32>,
    in_memory: bool,
}

impl Handle {
    pub(super) fn new(
        connection: Connection,
        budget: Duration,
        busy_timeout: Duration,
        log_pages: Arc<AtomicU32>,
        in_memory: bool,
    ) -> Self {
        Self {
            connection,
            short: HashSet::new(),
            budget,
            busy_timeout,
            log_pages,
            in_memory,
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
        // A write that is broken off is undone; inside a transaction so is everything before it.
        let may_stop = statement.effort == Effort::Reads || self.connection.is_autocommit();
        let result = match may_stop {
            true => turn::until(started + self.budget, run).flatten(),
            false => run(),
        };
        if started.elapsed() >= self.budget {
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
        if result.is_ok() && started.elapsed() < self.budget - self.budget / 10 {
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
        let started = Instant::now();
        let result = match Impatient::new(self) {
            Ok(_guard) => work(&self.connection),
            Err(error) => Err(error),
        };
        share::take(started.elapsed());
        match result {
            Err(error) if error.is_retryable() => None,
            result => Some(result),
        }
    }

    /// Whether COMMIT waits for no disk. Under `synchronous=normal` the first one behind a write-back
    /// does: it begins the log anew.
    pub(super) fn commits_at_once(&self) -> bool {
        self.in_memory || self.log_pages.load(Ordering::Relaxed) > 0
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

/// Has SQLite wait for no lock, until it is dropped.
struct Impatient<'h>(&'h Handle);

impl<'h> Impatient<'h> {
    fn new(handle: &'h Handle) -> Result<Self> {
        if !handle.in_memory {
            handle.connection.busy_timeout(Duration::ZERO)?;
        }
        Ok(Self(handle))
    }
}

impl Drop for Impatient<'_> {
    fn drop(&mut self) {
        if !self.0.in_memory {
            // It fails only for a connection that is closed, which this one is not.
            let _ = self.0.connection.busy_timeout(self.0.busy_timeout);
        }
    }
}
