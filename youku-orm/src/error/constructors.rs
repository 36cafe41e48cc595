//! Errors that this crate creates itself, without an error of the database.

use std::borrow::Cow;
use std::time::Duration;

use crate::error::{Class, Error};

impl Error {
    pub(crate) fn usage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Class::Usage, message)
    }

    /// An error for a cell that cannot become the Rust type `wanted`.
    ///
    /// `column` is the column's name, and `reason` says what the cell contains instead. An implementation
    /// of [`ColumnType`](crate::ColumnType) returns this error for a value that it does not know.
    pub fn decode(column: &str, wanted: &str, reason: &str) -> Self {
        Self::new(
            Class::Decode,
            format!("column `{column}` cannot be read as {wanted}: {reason}"),
        )
    }

    /// The table left out a new row without an error.
    pub(crate) fn is_not_stored(&self) -> bool {
        self.0.class == Class::NotStored
    }

    /// A statement adds a column that exists already. Only MySQL and MariaDB say so by a number of its own.
    pub(crate) fn is_duplicate_column(&self) -> bool {
        self.0.class == Class::DuplicateColumn
    }

    pub(crate) fn not_found(table: &str) -> Self {
        Self::new(Class::NotFound, format!("no row of `{table}` matches"))
    }

    pub(crate) fn version_conflict(table: &str) -> Self {
        Self::new(
            Class::VersionConflict,
            format!(
                "the row of `{table}` was written since it was read; read it again and repeat the change"
            ),
        )
    }

    pub(crate) fn too_many_rows(table: &str) -> Self {
        Self::new(
            Class::TooManyRows,
            format!("more than one row of `{table}` matches"),
        )
    }

    /// An error for a transaction that the database has rolled back, or whose state is unknown.
    pub(crate) fn interrupted() -> Self {
        Self::new(
            Class::Database,
            "the transaction has ended: a statement on it ended it (COMMIT, ROLLBACK, and on MySQL any DDL), was \
             interrupted, or lost to another transaction",
        )
    }

    /// The database did not answer within the time that `connect` waits.
    pub(crate) fn connect_timeout(limit: Duration) -> Self {
        Self::new(
            Class::ConnectTimeout,
            format!(
                "the database did not answer within {limit:?}; raise `connect_timeout` if it is slow"
            ),
        )
    }

    /// A statement was stopped because it exceeded its timeout.
    pub(crate) fn statement_timeout(limit: Duration) -> Self {
        Self::new(
            Class::StatementTimeout,
            format!(
                "the statement was stopped after {limit:?}; raise `statement_timeout` if it may take longer"
            ),
        )
    }

    pub(crate) fn closed() -> Self {
        Self::new(Class::Unavailable, "the database was closed")
    }

    pub(crate) fn runtime_ends() -> Self {
        Self::new(Class::Unavailable, "the runtime is shutting down")
    }
}
