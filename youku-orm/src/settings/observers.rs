//! Reports every statement to `tracing` and to hooks.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{Instrument, Span, field};

use crate::error::{Error, Result};

/// One statement that has ended; see
/// [`DatabaseOptions::on_statement`](crate::DatabaseOptions::on_statement).
///
/// It contains no bound values, so it is safe to log. BEGIN, COMMIT, savepoints and DDL are statements
/// too. A statement whose future was dropped is not reported, nor is the ROLLBACK after a transaction that
/// was dropped.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StatementEvent<'e> {
    /// `sqlite` or `mysql`.
    pub database: &'static str,
    /// The text, with `?` where values were bound.
    pub sql: &'e str,
    /// Rows that were read, or that the statement matched; 0 when it failed.
    pub rows: u64,
    /// The time from sending the statement to its last row, including the wait for a free connection. For a
    /// stream, only the time that its reader waited.
    pub elapsed: Duration,
    /// Why it failed; ask the error's predicates.
    pub error: Option<&'e Error>,
}

type Hook = Arc<dyn Fn(&StatementEvent<'_>) + Send + Sync>;

/// The hooks that are called after every statement.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Hook>);

impl Hooks {
    pub(crate) fn add(&mut self, hook: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static) {
        self.0.push(Arc::new(hook));
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hooks", self.0.len())
    }
}

/// What the statements of one handle to a database report to.
#[derive(Debug)]
pub(crate) struct Observers {
    /// `sqlite` or `mysql`.
    pub(crate) database: &'static str,
    /// A statement that takes this long is logged as slow.
    pub(crate) slow_statement: Duration,
    pub(crate) hooks: Hooks,
}

impl Observers {
    /// The same with one more hook.
    pub(crate) fn with_hook(
        &self,
        hook: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static,
    ) -> Self {
        let mut hooks = self.hooks.clone();
        hooks.add(hook);
        Self { hooks, ..*self }
    }
}

/// Times one statement and reports its end.
pub(crate) struct StatementTimer {
    observers: Arc<Observers>,
    sql: Cow<'static, str>,
    span: Span,
    started: Instant,
}

impl StatementTimer {
    pub(crate) fn start(observers: &Arc<Observers>, sql: Cow<'static, str>) -> Self {
        let span = tracing::debug_span!(
            "statement",
            database = observers.database,
            sql = &*sql,
            rows = field::Empty,
            elapsed = field::Empty,
            error = field::Empty,
        );
        Self {
            observers: observers.clone(),
            sql,
            span,
            started: Instant::now(),
        }
    }

    /// Waits for a statement inside its span, and reports its end. Pin a large future before the call,
    /// because it is moved on the way.
    pub(crate) async fn run<T>(
        &self,
        work: impl Future<Output = Result<T>>,
        rows: impl FnOnce(&T) -> u64,
    ) -> Result<T> {
        let result = if self.span.is_disabled() {
            work.await
        } else {
            work.instrument(self.span.clone()).await
        };
        let elapsed = self.elapsed();
        match result {
            Ok(value) => {
                self.succeeded(rows(&value), elapsed);
                Ok(value)
            }
            Err(error) => Err(self.failed(error, elapsed)),
        }
    }

    /// The time since the statement was sent.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Reports a success.
    pub(crate) fn succeeded(&self, rows: u64, elapsed: Duration) {
        self.span.record("rows", rows);
        self.span.record("elapsed", field::debug(elapsed));
        let (database, sql) = (self.observers.database, &*self.sql);
        if elapsed >= self.observers.slow_statement {
            tracing::warn!(parent: &self.span, database, sql, rows, ?elapsed, "slow statement");
        } else {
            tracing::debug!(parent: &self.span, "done");
        }
        self.notify(rows, elapsed, None);
    }

    /// Reports a failure, and puts the statement into the error.
    pub(crate) fn failed(&self, error: Error, elapsed: Duration) -> Error {
        let error = error.in_statement(self.sql.clone());
        self.span.record("elapsed", field::debug(elapsed));
        self.span.record("error", field::display(&error));
        tracing::debug!(parent: &self.span, "failed");
        self.notify(0, elapsed, Some(&error));
        error
    }

    fn notify(&self, rows: u64, elapsed: Duration, error: Option<&Error>) {
        for hook in &self.observers.hooks.0 {
            hook(&StatementEvent {
                database: self.observers.database,
                sql: &self.sql,
                rows,
                elapsed,
                error,
            });
        }
    }
}
