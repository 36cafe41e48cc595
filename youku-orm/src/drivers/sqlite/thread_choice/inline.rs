//! Statements on the calling thread: which are known to be short, and how they run.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::thread_choice::{fairness, interrupt};
use crate::error::Result;
use crate::sql::statement::{RenderedStatement, StatementKind};

/// The maximum number of known texts. When it is reached, the set is cleared and learned again.
const MAX_KNOWN: usize = 256;

/// The texts that took less than nine tenths of the budget on a thread that may block, and that have not used up a whole budget
/// inline since. They belong to one connection, because its cache of prepared statements is a part of the duration.
#[derive(Default)]
pub(in crate::drivers::sqlite) struct ShortStatements(pub(super) HashSet<Box<str>>);

/// Runs a statement that is known to be short. `None` if it is not known to be short, if it is a read that exceeds the
/// budget, or if it would have to wait for a lock. In all three cases it had no effect.
pub(super) fn run_if_short<T>(
    connection: &mut SqliteConnection,
    budget: Duration,
    statement: &RenderedStatement,
    work: impl Fn(&SqliteConnection, &RenderedStatement) -> Result<T>,
) -> Option<Result<T>> {
    if !connection.short.0.contains(&*statement.sql) {
        return None;
    }
    let started = Instant::now();
    let run = || without_waiting(connection, |on| work(on, statement));
    let result = if statement.kind == StatementKind::Read {
        interrupt::after(started + budget, run).flatten()
    } else {
        run()
    };
    if started.elapsed() >= budget {
        connection.short.0.remove(&*statement.sql);
    }
    result
}

/// Runs a statement on a thread that may block, and learns whether it is short.
pub(super) fn run_and_measure<T>(
    connection: &mut SqliteConnection,
    budget: Duration,
    statement: &RenderedStatement,
    work: impl Fn(&SqliteConnection, &RenderedStatement) -> Result<T>,
) -> Result<T> {
    let started = Instant::now();
    let result = work(connection, statement);
    if result.is_ok() && started.elapsed() < budget - budget / 10 {
        let known = &mut connection.short.0;
        if known.len() == MAX_KNOWN {
            known.clear();
        }
        known.insert((&*statement.sql).into());
    }
    result
}

/// Does work that is always short. `None` if the database was locked.
pub(super) fn without_waiting<T>(
    connection: &SqliteConnection,
    work: impl FnOnce(&SqliteConnection) -> Result<T>,
) -> Option<Result<T>> {
    let started = Instant::now();
    let result = match WithoutBusyTimeout::new(connection) {
        Ok(_guard) => work(connection),
        Err(error) => Err(error),
    };
    fairness::record_inline_time(started.elapsed());
    match result {
        Err(error) if error.is_retryable() => None,
        result => Some(result),
    }
}

/// Sets the busy timeout of a connection to zero, until it is dropped.
struct WithoutBusyTimeout<'c>(&'c SqliteConnection);

impl<'c> WithoutBusyTimeout<'c> {
    fn new(connection: &'c SqliteConnection) -> Result<Self> {
        if !connection.in_memory {
            connection.raw.busy_timeout(Duration::ZERO)?;
        }
        Ok(Self(connection))
    }
}

impl Drop for WithoutBusyTimeout<'_> {
    fn drop(&mut self) {
        if !self.0.in_memory {
            // It fails only for a connection that is closed, which this one is not.
            let _ = self.0.raw.busy_timeout(self.0.busy_timeout);
        }
    }
}
