//! One statement: its text, its values, and how its rows are read.

use std::borrow::Cow;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::value::Value;

/// A statement ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    /// Rows come from hand-written SQL, so a model's columns are found by name.
    pub(crate) by_name: bool,
    /// The rows are to be locked until the transaction ends.
    pub(crate) lock: bool,
    /// Only the first row is wanted.
    pub(crate) first_only: bool,
    pub(crate) effort: Effort,
}

/// What a statement does, as far as its text or its maker tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// It only reads, so it may be broken off and begun again.
    Reads,
    /// It writes a few rows that it finds by their keys.
    WritesFew,
    /// It writes, and nobody knows how much.
    Writes,
    /// It was written by hand: only the database can tell.
    Unknown,
}

impl Statement {
    /// A text composed at compile time.
    pub(crate) fn fixed(sql: &'static str, values: Vec<Value>) -> Self {
        Self::new(Cow::Borrowed(sql), values, Effort::Writes)
    }

    /// A text composed by this library.
    pub(crate) fn built(sql: String, values: Vec<Value>) -> Self {
        Self::new(Cow::Owned(sql), values, Effort::Writes)
    }

    /// A text that a program has written.
    pub(crate) fn by_hand(sql: Cow<'static, str>, values: Vec<Value>) -> Self {
        Self {
            by_name: true,
            ..Self::new(sql, values, Effort::Unknown)
        }
    }

    /// `otherwise` is what it does unless it is a SELECT.
    fn new(sql: Cow<'static, str>, values: Vec<Value>, otherwise: Effort) -> Self {
        let head = sql.as_bytes().first_chunk::<7>();
        let effort = match head.is_some_and(|head| head.eq_ignore_ascii_case(b"SELECT ")) {
            true => Effort::Reads,
            false => otherwise,
        };
        Self {
            sql,
            values,
            by_name: false,
            lock: false,
            first_only: false,
            effort,
        }
    }

    /// Says that it writes a few rows, each found by its key.
    pub(crate) fn writes_few(mut self) -> Self {
        self.effort = Effort::WritesFew;
        self
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
