//! One statement: its text, its values, and how its rows are read.

use std::borrow::Cow;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::value::Value;

/// A statement ready to run.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    /// Rows come from hand-written SQL, so a model's columns are found by name.
    pub(crate) by_name: bool,
    /// The rows are to be locked until the transaction ends.
    pub(crate) lock: bool,
}

impl Statement {
    /// A text composed at compile time.
    pub(crate) fn fixed(sql: &'static str, values: Vec<Value>) -> Self {
        Self {
            sql: Cow::Borrowed(sql),
            values,
            by_name: false,
            lock: false,
        }
    }

    /// A text composed by this library.
    pub(crate) fn built(sql: String, values: Vec<Value>) -> Self {
        Self {
            sql: Cow::Owned(sql),
            values,
            by_name: false,
            lock: false,
        }
    }
}

/// What a statement without rows did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Executed {
    /// Rows that the statement matched; for an UPDATE also those that already had the value.
    pub rows_affected: u64,
    /// The key that an INSERT made: of several, the first on MySQL and the last on SQLite.
    /// After any other statement it means nothing.
    pub last_insert_id: u64,
}

/// Waits for a statement as long as it may run.
pub(crate) async fn in_time<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(limit) = limit else {
        return work.await;
    };
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(Error::statement_timeout(limit)),
    }
}
