//! Which thread runs a statement: the thread of the task that sent it (*inline*), or a thread that may block.
//!
//! To move a statement to another thread and its result back costs ten times as much as finding a row by its key. But a thread
//! of the runtime that runs a long statement cannot run its other tasks. The rest of the driver calls [`run`] and [`control`],
//! and does not know where a statement runs.
//!
//! # The decision
//!
//! A statement runs inline if all of this holds; otherwise it moves, with its connection, to a thread that may block:
//!
//! 1. The option `inline_budget` is not zero, and the connection is open.
//! 2. Its text is known to be short on this connection ([`ShortStatements`]): the last time that it ran on a thread that may
//!    block, it took less than nine tenths of the budget, and it has not used up the budget inline since.
//! 3. It is a [`Read`](StatementKind::Read), or a [`WriteFew`](StatementKind::WriteFew) and nothing waits for the disk: it is
//!    part of a transaction, or its own commit returns without waiting ([`InlineRules::commits_without_disk`]).
//!
//! BEGIN runs inline, and COMMIT or ROLLBACK after at most [`MAX_WRITES`] small writes, under the same conditions for the disk.
//! Streams, statements of unknown kind and the count of a whole table, which SQLite does in one uninterruptible step, never do.
//!
//! # Invariants
//!
//! - **A write is never interrupted inline.** SQLite calls the progress handler once more before `sqlite3_step` returns, after
//!   the commit: a write that is interrupted there is in the database although it reports `SQLITE_INTERRUPT`. So only a read
//!   has a deadline inline, and a write that has begun runs to completion, however long it takes.
//! - **A statement has its effect once.** It moves to the other thread after an inline attempt only if the attempt had no
//!   effect: it was a read, or it found the database locked. SQLite reports `SQLITE_BUSY` when a statement asks for its lock,
//!   before it changes a row, or from a commit that it then rolls back (`sqlite3VdbeHalt`).
//! - **Nothing waits inline.** The busy timeout is zero during an inline statement, so a lock of another process is awaited
//!   on a thread that may block.
//! - **Other tasks run.** A thread that has run statements inline for 50 µs yields before the next one ([`yield_if_due`]). It
//!   yields before it acquires a connection, so only a transaction has one while it yields.
//! - **A connection is used by one thread at a time.** It moves into the closure of the thread that may block, and back with
//!   the result. If the caller is gone, that thread interrupts the statement and releases the connection.
//! - **An interrupt concerns one thread's statement**, not the connection: see [`interrupt`].
//!
//! Two cases exceed the budget inline: the first write whose triggers do much more than those before it, and the reading of
//! one large value.

mod fairness;
mod inline;
mod interrupt;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::connection_queue::PooledConnection;
use crate::drivers::sqlite::run::execute;
use crate::drivers::statement_timeout::in_time;
use crate::error::{Error, Result};
use crate::settings::options::{DatabaseOptions, Synchronous};
use crate::sql::statement::{Executed, RenderedStatement, StatementKind};

pub(super) use fairness::yield_if_due;
pub(super) use inline::ShortStatements;
pub(super) use interrupt::install;

/// The maximum number of small writes in a transaction whose COMMIT counts as short.
const MAX_WRITES: u32 = 16;

/// A greater budget could lie beyond what the clock can express.
const MAX_BUDGET: Duration = Duration::from_secs(60 * 60);

/// What the options of a database allow inline.
#[derive(Clone, Copy)]
pub(super) struct InlineRules {
    /// How long a statement may occupy the calling thread. Zero moves all statements to other threads.
    budget: Duration,
    /// Whether a commit may return without waiting for the disk.
    commits_without_disk: bool,
}

impl InlineRules {
    pub(super) fn new(options: &DatabaseOptions, in_memory: bool) -> Self {
        let limit = options.statement_timeout.unwrap_or(Duration::MAX);
        Self {
            budget: options.inline_budget.min(limit).min(MAX_BUDGET),
            commits_without_disk: in_memory || options.synchronous == Synchronous::Normal,
        }
    }

    /// Whether a statement of this kind may run inline at some time, so that its duration has to be measured.
    fn may_ever_run(self, kind: StatementKind, in_transaction: bool) -> bool {
        !self.budget.is_zero()
            && match kind {
                StatementKind::Read => true,
                StatementKind::WriteFew => self.commits_without_disk || in_transaction,
                StatementKind::TableScan | StatementKind::Write | StatementKind::Unknown => false,
            }
    }

    /// Whether a statement of this kind may run inline now, if it is known to be short.
    fn may_run(self, kind: StatementKind, connection: &SqliteConnection) -> bool {
        let in_transaction = connection.is_in_transaction();
        self.may_ever_run(kind, in_transaction)
            && (kind == StatementKind::Read || in_transaction || connection.commits_without_disk())
    }
}

/// Counts the writes of a transaction, to choose the thread of its COMMIT.
#[derive(Default)]
pub(super) struct TransactionWrites(u32);

impl TransactionWrites {
    /// Counts a small write as one, and any other write as too many.
    pub(super) fn count(&mut self, kind: StatementKind) {
        self.0 = self.0.saturating_add(match kind {
            StatementKind::Read | StatementKind::TableScan => 0,
            StatementKind::WriteFew => 1,
            StatementKind::Write | StatementKind::Unknown => u32::MAX,
        });
    }

    /// Whether COMMIT or ROLLBACK is short.
    pub(super) fn end_is_short(&self, pooled: &mut PooledConnection) -> bool {
        let opened = pooled.opened();
        let commits_without_disk = opened.is_some_and(|opened| opened.commits_without_disk());
        self.0 == 0 || commits_without_disk && self.0 <= MAX_WRITES
    }
}

/// Runs a statement, within the statement timeout if it moves to a thread that may block.
///
/// # Errors
/// The outer one if the connection does not come back: the timeout expired, or the runtime ends.
pub(super) async fn run<T, W>(
    mut pooled: PooledConnection,
    statement: RenderedStatement,
    work: W,
) -> Result<(PooledConnection, Result<T>)>
where
    T: Send + 'static,
    W: Fn(&SqliteConnection, &RenderedStatement) -> Result<T> + Send + 'static,
{
    let rules = pooled.inline_rules();
    if let Some(connection) = pooled.opened()
        && rules.may_run(statement.kind, connection)
        && let Some(result) = inline::run_if_short(connection, rules.budget, &statement, &work)
    {
        return Ok((pooled, result));
    }
    // Boxed so that an inline statement does not carry the state of the other case.
    Box::pin(run_on_blocking_thread(pooled, statement, work)).await
}

async fn run_on_blocking_thread<T, W>(
    mut pooled: PooledConnection,
    statement: RenderedStatement,
    work: W,
) -> Result<(PooledConnection, Result<T>)>
where
    T: Send + 'static,
    W: Fn(&SqliteConnection, &RenderedStatement) -> Result<T> + Send + 'static,
{
    let rules = pooled.inline_rules();
    let in_transaction = pooled.opened().is_some_and(|on| on.is_in_transaction());
    let is_measured = rules.may_ever_run(statement.kind, in_transaction);
    let limit = pooled.statement_timeout();
    // It is dropped together with this future, whether the caller gets the result or stops waiting for it.
    let caller = Arc::new(());
    let alive = Arc::downgrade(&caller);
    let is_cancelled = move || alive.strong_count() == 0;
    let done = on_blocking_thread(pooled, is_cancelled, move |connection| {
        if is_measured {
            inline::run_and_measure(connection, rules.budget, &statement, &work)
        } else {
            work(connection, &statement)
        }
    });
    let done = in_time(limit, done).await;
    drop(caller);
    done
}

/// Runs BEGIN, COMMIT or ROLLBACK to completion, even if the caller is cancelled.
pub(super) async fn control(
    mut pooled: PooledConnection,
    sql: &'static str,
    is_short: bool,
) -> Result<(PooledConnection, Result<Executed>)> {
    let statement = RenderedStatement::control(sql);
    let may_run = is_short && !pooled.inline_rules().budget.is_zero();
    if let Some(connection) = pooled.opened().filter(|_| may_run)
        && let Some(result) = inline::without_waiting(connection, |on| execute(on, &statement))
    {
        return Ok((pooled, result));
    }
    let work = move |connection: &mut SqliteConnection| execute(connection, &statement);
    on_blocking_thread(pooled, || false, work).await
}

/// Does work on a thread that may block. Its statements are interrupted once `stop` returns true because the result is no
/// longer wanted. If the caller is cancelled, the thread releases the connection.
pub(super) async fn on_blocking_thread<T, W, S>(
    mut pooled: PooledConnection,
    stop: S,
    work: W,
) -> Result<(PooledConnection, Result<T>)>
where
    T: Send + 'static,
    W: FnOnce(&mut SqliteConnection) -> Result<T> + Send + 'static,
    S: FnMut() -> bool + Send + 'static,
{
    let task = tokio::task::spawn_blocking(move || {
        let result = interrupt::when(stop, || work(pooled.open()?));
        if let Some(connection) = pooled.opened() {
            connection.log.look_soon();
        }
        (pooled, result)
    });
    match task.await {
        Ok(done) => Ok(done),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Error::runtime_ends()),
    }
}
