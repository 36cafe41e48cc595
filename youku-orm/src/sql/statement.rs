//! One statement: its text, its values, and how its rows are read.

use std::borrow::Cow;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::types::value::Value;

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
    /// It compares with patterns, whose beginning may be found in an index.
    #[cfg_attr(
        not(feature = "sqlite"),
        expect(dead_code, reason = "only SQLite has to be told")
    )]
    pub(crate) has_pattern: bool,
    pub(crate) effort: Effort,
}

/// What a statement does, as far as its text or its maker tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// It only reads, so it may be broken off and begun again.
    Reads,
    /// It reads a whole table in one step, in which SQLite cannot be told to stop.
    Scans,
    /// It writes a few rows that it finds by their keys.
    WritesFew,
    /// It writes, and nobody knows how much.
    Writes,
    /// It was written by hand: only the database can tell.
    Unknown,
}

impl Statement {
    /// A text composed at compile time: it counts nothing and has no pattern.
    pub(crate) fn fixed(sql: &'static str, values: Vec<Value>) -> Self {
        let effort = match is_select(sql) {
            true => Effort::Reads,
            false => Effort::Writes,
        };
        Self::new(Cow::Borrowed(sql), values, effort)
    }

    /// A text composed by this library.
    pub(crate) fn built(sql: String, values: Vec<Value>) -> Self {
        let effort = effort_of_select(&sql).unwrap_or(Effort::Writes);
        Self {
            has_pattern: has_word(&sql, "LIKE "),
            ..Self::new(Cow::Owned(sql), values, effort)
        }
    }

    /// A text that a program has written.
    pub(crate) fn by_hand(sql: Cow<'static, str>, values: Vec<Value>) -> Self {
        let effort = effort_of_select(&sql).unwrap_or(Effort::Unknown);
        Self {
            by_name: true,
            has_pattern: has_word(&sql, "LIKE ") || has_word(&sql, "GLOB "),
            ..Self::new(sql, values, effort)
        }
    }

    fn new(sql: Cow<'static, str>, values: Vec<Value>, effort: Effort) -> Self {
        Self {
            sql,
            values,
            by_name: false,
            lock: false,
            first_only: false,
            has_pattern: false,
            effort,
        }
    }

    /// Says that only the first row is wanted, which a statement that writes must not stop at.
    pub(crate) fn first(mut self) -> Self {
        self.first_only = self.effort == Effort::Reads;
        self
    }

    /// Says that it writes rows that it finds by their keys: a few, unless there is much to write.
    pub(crate) fn writes_by_key(mut self) -> Self {
        let bytes = self.values.iter().map(Value::size).sum::<usize>();
        self.effort = match self.values.len() <= FEW_VALUES && bytes <= FEW_BYTES {
            true => Effort::WritesFew,
            false => Effort::Writes,
        };
        self
    }
}

/// Up to how many values, and bytes of them, a write is one of few rows.
const FEW_VALUES: usize = 512;
const FEW_BYTES: usize = 32 << 10;

/// What a SELECT does; `None` for any other text.
fn effort_of_select(sql: &str) -> Option<Effort> {
    if !is_select(sql) {
        return None;
    }
    // SQLite counts a whole table in one step (`OP_Count`). To take another query for such a one does no harm.
    Some(match has_word(sql, "COUNT(") && !has_word(sql, "WHERE ") {
        true => Effort::Scans,
        false => Effort::Reads,
    })
}

fn is_select(sql: &str) -> bool {
    starts_with(sql.as_bytes(), "SELECT ")
}

fn has_word(sql: &str, word: &str) -> bool {
    let mut places = sql.as_bytes().windows(word.len());
    places.any(|place| starts_with(place, word))
}

fn starts_with(text: &[u8], word: &str) -> bool {
    let head = text.get(..word.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
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
    // A timer takes room, and few statements have one.
    match Box::pin(tokio::time::timeout(limit, work)).await {
        Ok(result) => result,
        Err(_) => Err(Error::statement_timeout(limit)),
    }
}
