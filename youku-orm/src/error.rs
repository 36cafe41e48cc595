//! The one error type of the crate, with predicates instead of public variants.

use std::borrow::Cow;
use std::fmt;

/// The result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong while talking to a database.
///
/// The error is opaque; ask it with the `is_…` predicates. Its text names the statement that
/// failed, never the values that were bound to it, so it is safe to log.
#[non_exhaustive]
pub struct Error(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Inner {
    class: Class,
    message: Cow<'static, str>,
    sql: Option<Cow<'static, str>>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// How many characters of a statement an error shows.
const SHOWN_SQL: usize = 1_000;

/// The kinds of failure that the predicates tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The URL, an option or a value cannot be used.
    Usage,
    /// No row where one was asked for.
    NotFound,
    /// Several rows where one was asked for.
    TooManyRows,
    /// A cell that does not fit the Rust type.
    Decode,
    /// A UNIQUE or PRIMARY KEY constraint.
    Unique,
    /// A FOREIGN KEY constraint.
    ForeignKey,
    /// A NOT NULL constraint.
    NotNull,
    /// A CHECK constraint, or a value that is too long for its column.
    Check,
    /// Deadlock, lock timeout, certification failure, busy.
    Retryable,
    /// No connection became free in time.
    PoolTimeout,
    /// The database cannot be reached, or the connection broke.
    Unavailable,
    /// A table or column that is not there.
    Schema,
    /// Anything else the database said.
    Database,
}

impl Error {
    pub(crate) fn new(class: Class, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            class,
            message: message.into(),
            sql: None,
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Notes the statement that failed; the innermost one stays.
    pub(crate) fn in_statement(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.0.sql.get_or_insert_with(|| sql.into());
        self
    }

    pub(crate) fn usage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Class::Usage, message)
    }

    /// An error for a cell that cannot become the Rust type `wanted`.
    ///
    /// `column` is the column's name and `reason` says what stands there instead. It is what an
    /// implementation of [`ColumnType`](crate::ColumnType) returns for a value it does not know.
    pub fn decode(column: &str, wanted: &str, reason: &str) -> Self {
        Self::new(
            Class::Decode,
            format!("column `{column}` cannot be read as {wanted}: {reason}"),
        )
    }

    pub(crate) fn not_found(table: &str) -> Self {
        Self::new(Class::NotFound, format!("no row of `{table}` matches"))
    }

    pub(crate) fn too_many_rows(table: &str) -> Self {
        Self::new(
            Class::TooManyRows,
            format!("more than one row of `{table}` matches"),
        )
    }

    /// An error for a transaction that the database has undone, or whose state is not known.
    pub(crate) fn cut_off() -> Self {
        Self::new(
            Class::Database,
            "the transaction has ended: a statement on it was cut off, or lost to another transaction",
        )
    }

    /// The statement that failed, with `?` where values were bound.
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// A row with the same primary key or unique value exists already.
    pub fn is_unique_violation(&self) -> bool {
        self.0.class == Class::Unique
    }

    /// The row refers to one that is not there, or is referred to and cannot go.
    pub fn is_foreign_key_violation(&self) -> bool {
        self.0.class == Class::ForeignKey
    }

    /// A column that takes no NULL was given one.
    pub fn is_not_null_violation(&self) -> bool {
        self.0.class == Class::NotNull
    }

    /// A CHECK constraint failed, or a text is longer than its column's `length`.
    pub fn is_check_violation(&self) -> bool {
        self.0.class == Class::Check
    }

    /// No row matched where exactly one was asked for.
    pub fn is_not_found(&self) -> bool {
        self.0.class == Class::NotFound
    }

    /// Several rows matched where exactly one was asked for.
    pub fn is_too_many_rows(&self) -> bool {
        self.0.class == Class::TooManyRows
    }

    /// The same transaction may succeed when it is run again: a deadlock (MySQL 1213), a lock
    /// timeout (1205), a failed certification (1180), a row that changed since it was read (1020), or
    /// a busy SQLite database.
    pub fn is_retryable(&self) -> bool {
        self.0.class == Class::Retryable
    }

    /// No connection of the pool became free within the acquire timeout.
    pub fn is_pool_timeout(&self) -> bool {
        self.0.class == Class::PoolTimeout
    }

    /// The database cannot be reached now, or the connection broke while the statement ran.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0.class, Class::Unavailable | Class::PoolTimeout)
    }

    /// A stored value does not fit the Rust type it is read into.
    pub fn is_decode(&self) -> bool {
        self.0.class == Class::Decode
    }

    /// A table or a column of the statement does not exist.
    pub fn is_schema(&self) -> bool {
        self.0.class == Class::Schema
    }
}

/// A long statement is cut; [`Error::sql`] has all of it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.message)?;
        let Some(sql) = &self.0.sql else {
            return Ok(());
        };
        match sql.char_indices().nth(SHOWN_SQL) {
            Some((end, _)) => write!(f, ", in: {}…", &sql[..end]),
            None => write!(f, ", in: {sql}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.0)
    }
}

/// An error that can say whether running the same transaction again may succeed.
///
/// [`Database::transaction_retry`](crate::Database::transaction_retry) asks it. Implement it for
/// your own error by passing the question on to the [`Error`] it wraps.
pub trait MaybeRetryable {
    /// True where a second run of the same closure may succeed.
    fn is_retryable(&self) -> bool;
}

impl MaybeRetryable for Error {
    fn is_retryable(&self) -> bool {
        Error::is_retryable(self)
    }
}
