//! An open connection, and which of its statements are known to be short.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::drivers::sqlite::thread_choice::fairness;
use crate::drivers::sqlite::thread_choice::interrupt as deadline;
use crate::error::Result;
use crate::sql::statement::{RenderedStatement, StatementKind};

/// The maximum number of known texts. When it is reached, the set is cleared and learned again.
const MAX_KNOWN: usize = 256;

/// The write-ahead log is written back to the file when it has this many pages. It is SQLite's own default.
const LONG_LOG: u32 = 1_000;

/// An open connection. It is used by one thread at a time.
pub(super) struct SqliteConnection {
    connection: Connection,
    /// The texts that took less than nine tenths of the budget on a thread that may block, and that have not used up a whole
    /// budget since.
    short: HashSet<Box<str>>,
    /// How long a statement may occupy the calling thread.
    budget: Duration,
    /// How long SQLite waits for a lock of another process.
    busy_timeout: Duration,
    /// Pages in the write-ahead log since this crate last wrote it back. 0 if SQLite writes the log back itself.
    log_pages: Arc<AtomicU32>,
    in_memory: bool,
}

impl SqliteConnection {
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

    /// Runs a statement that is known to be short on the calling thread. `None` if it is not known to be short, if it
    /// is a read that exceeds the budget, or if it would have to wait for a lock. In all three cases it had no effect,
    /// so the caller may run it on a thread that may block.
    ///
    /// A write that has begun runs to completion, however long it takes. SQLite calls the progress handler once more
    /// before it returns from `sqlite3_step`, after the commit; a write that is interrupted there is in the database
    /// although it reports `SQLITE_INTERRUPT`. `SQLITE_BUSY` is returned when a statement asks for its lock, before it
    /// changes a row, or by a commit that SQLite then rolls back (`sqlite3VdbeHalt`).
    pub(super) fn run_if_short<T>(
        &mut self,
        statement: &RenderedStatement,
        work: impl Fn(&Connection, &RenderedStatement) -> Result<T>,
    ) -> Option<Result<T>> {
        if !self.short.contains(&*statement.sql) {
            return None;
        }
        let started = Instant::now();
        let run = || self.without_waiting(|connection| work(connection, statement));
        let result = if statement.kind == StatementKind::Read {
            deadline::until(started + self.budget, run).flatten()
        } else {
            run()
        };
        if started.elapsed() >= self.budget {
            self.short.remove(&*statement.sql);
        }
        result
    }

    /// Runs a statement on a thread that may block, and learns whether it is short.
    pub(super) fn run<T>(
        &mut self,
        statement: &RenderedStatement,
        work: impl Fn(&Connection, &RenderedStatement) -> Result<T>,
    ) -> Result<T> {
        let started = Instant::now();
        let result = work(&self.connection, statement);
        if result.is_ok() && started.elapsed() < self.budget - self.budget / 10 {
            if self.short.len() == MAX_KNOWN {
                self.short.clear();
            }
            self.short.insert((&*statement.sql).into());
        }
        result
    }

    /// Does work that is always short. `None` if the database was locked.
    pub(super) fn without_waiting<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Option<Result<T>> {
        let started = Instant::now();
        let result = match WithoutBusyTimeout::new(self) {
            Ok(_guard) => work(&self.connection),
            Err(error) => Err(error),
        };
        fairness::record_inline_time(started.elapsed());
        match result {
            Err(error) if error.is_retryable() => None,
            result => Some(result),
        }
    }

    /// Whether COMMIT returns without waiting for the disk. Under `synchronous=normal` the first COMMIT
    /// after a write-back waits, because it starts the log again from the beginning.
    pub(super) fn commits_at_once(&self) -> bool {
        self.in_memory || self.log_pages.load(Ordering::Relaxed) > 0
    }

    /// Whether the write-ahead log should be written back now.
    pub(super) fn has_long_log(&self) -> bool {
        self.log_pages.load(Ordering::Relaxed) >= LONG_LOG
    }

    /// Writes the write-ahead log back, except for the part that a reader still needs.
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

/// Stops SQLite from waiting for locks, until it is dropped.
struct WithoutBusyTimeout<'h>(&'h SqliteConnection);

impl<'h> WithoutBusyTimeout<'h> {
    fn new(handle: &'h SqliteConnection) -> Result<Self> {
        if !handle.in_memory {
            handle.connection.busy_timeout(Duration::ZERO)?;
        }
        Ok(Self(handle))
    }
}

impl Drop for WithoutBusyTimeout<'_> {
    fn drop(&mut self) {
        if !self.0.in_memory {
            // It fails only for a connection that is closed, which this one is not.
            let _ = self.0.connection.busy_timeout(self.0.busy_timeout);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drivers::sqlite::connect::ConnectOptions;
    use crate::drivers::sqlite::run;
    use crate::drivers::sqlite::thread_choice::interrupt as deadline;

    /// Writes of every kind, each of one row that is there or of rows that are not.
    const WRITES: [&str; 7] = [
        "INSERT INTO item (name) VALUES ('new')",
        "INSERT INTO item (name) VALUES ('new'), ('newer'), ('newest')",
        "UPDATE item SET hits = hits + 1 WHERE id = 1",
        "UPDATE item SET hits = 5, version = version + 1 WHERE id = 1 AND version = 0",
        "DELETE FROM item WHERE id = 1 RETURNING id",
        "INSERT INTO item (name) VALUES ('old') ON CONFLICT (name) DO UPDATE SET hits = hits + 1",
        "INSERT INTO item (name) VALUES ('new') RETURNING id",
    ];

    const BUDGET: Duration = Duration::from_millis(10);

    /// A connection with one row. Its commits take longer than a statement may occupy its thread, and it asks after
    /// every instruction whether to stop.
    fn slow_to_commit(path: Option<std::path::PathBuf>) -> Result<SqliteConnection> {
        let options = crate::settings::options::DatabaseOptions::default()
            .inline_budget(BUDGET)
            .synchronous(crate::settings::options::Synchronous::Normal);
        let mut handle = ConnectOptions::new(path, true, &options).open()?;
        handle.connection.execute_batch(
            "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, hits INTEGER NOT NULL DEFAULT 0, \
             version INTEGER NOT NULL DEFAULT 0); INSERT INTO item (name) VALUES ('old')",
        )?;
        deadline::ask_every(&mut handle.connection, 1)?;
        handle.connection.commit_hook(Some(|| {
            std::thread::sleep(2 * BUDGET);
            false
        }))?;
        Ok(handle)
    }

    fn content(handle: &SqliteConnection) -> Result<Vec<(i64, String, i64, i64)>> {
        let statement = RenderedStatement::control("SELECT * FROM item ORDER BY id");
        run::rows(&handle.connection, &statement)
    }

    fn written_by(sql: &'static str) -> RenderedStatement {
        RenderedStatement {
            kind: StatementKind::WriteFew,
            ..RenderedStatement::control(sql)
        }
    }

    /// SQLite asks once more after it has committed. A write that is interrupted at that point is already in the database,
    /// so running it again would write twice.
    #[test]
    fn a_write_that_exceeds_its_budget_while_it_commits_runs_once() -> Result<()> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (number, sql) in WRITES.into_iter().enumerate() {
            for path in [None, Some(folder.path().join(format!("{number}.db")))] {
                let statement = written_by(sql);
                let expected = {
                    let on_a_thread = slow_to_commit(None)?;
                    run::execute(&on_a_thread.connection, &statement)?;
                    content(&on_a_thread)?
                };
                let mut handle = slow_to_commit(path.clone())?;
                handle.short.insert(sql.into());
                let done = handle.run_if_short(&statement, run::execute);
                assert!(matches!(done, Some(Ok(_))), "{sql} in {path:?}: {done:?}");
                assert_eq!(content(&handle)?, expected, "{sql} in {path:?}");
                assert!(!handle.short.contains(sql), "it takes too long to stay");
            }
        }
        Ok(())
    }

    #[test]
    fn a_write_that_returns_rows_exceeds_its_budget_once() -> Result<()> {
        for sql in WRITES.into_iter().filter(|sql| sql.contains("RETURNING")) {
            let mut handle = slow_to_commit(None)?;
            handle.short.insert(sql.into());
            let statement = written_by(sql);
            let rows = handle.run_if_short(&statement, run::rows::<i64>);
            let rows = rows.expect("a write is never interrupted")?;
            assert_eq!(rows.len(), 1, "{sql}");
        }
        Ok(())
    }
}
