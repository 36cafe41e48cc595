//! SQLite's result codes as this crate's errors (<https://www.sqlite.org/rescode.html>).

use rusqlite::{Connection, ffi};

use crate::error::{Class, Error};
use crate::sql::dialect::Dialect;
use crate::sql::statement::RenderedStatement;

/// What a function that calculates with `u64` says of a result.
pub(super) const OUT_OF_RANGE: &str = "the result of a calculation is out of the range of `u64`";

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let (class, message) = match &error {
            rusqlite::Error::SqliteFailure(failure, text) => {
                let text = text.clone().unwrap_or_else(|| failure.to_string());
                (class(failure, &text), text)
            }
            rusqlite::Error::SqlInputError {
                error: failure,
                msg,
                ..
            } => (class(failure, msg), msg.clone()),
            rusqlite::Error::InvalidParameterCount(given, wanted) => (
                Class::Usage,
                format!("{given} values are bound, but the statement has {wanted} `?`"),
            ),
            other => (Class::Database, other.to_string()),
        };
        Self::new(class, message).with_source(error)
    }
}

fn class(failure: &ffi::Error, text: &str) -> Class {
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => Class::Unique,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Class::ForeignKey,
        // `ON DELETE RESTRICT` is a trigger inside, with the text of a foreign key.
        ffi::SQLITE_CONSTRAINT_TRIGGER if text == "FOREIGN KEY constraint failed" => {
            Class::ForeignKey
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => Class::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK | ffi::SQLITE_MISMATCH => Class::Check,
        code => match code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Class::Retryable,
            ffi::SQLITE_READONLY => Class::ReadOnly,
            ffi::SQLITE_INTERRUPT => Class::StatementTimeout,
            ffi::SQLITE_CANTOPEN
            | ffi::SQLITE_IOERR
            | ffi::SQLITE_FULL
            | ffi::SQLITE_NOTADB
            | ffi::SQLITE_CORRUPT => Class::Unavailable,
            // From our own functions, and from SUM.
            ffi::SQLITE_ERROR if text == OUT_OF_RANGE || text == "integer overflow" => Class::Check,
            ffi::SQLITE_ERROR
                if text.contains("no such ")
                    || text.contains("has no column")
                    || text.contains("clause does not match") =>
            {
                Class::Schema
            }
            _ => Class::Database,
        },
    }
}

/// The error of a statement. SQLite has one code for a full disk and for a counter of keys that has reached its end, and the
/// counter of a narrower key reaches the CHECK of its column.
pub(super) fn explain(
    connection: &Connection,
    statement: &RenderedStatement,
    error: rusqlite::Error,
) -> Error {
    let is_full = error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull);
    // Without an `auto` key in the database there is no table of counters.
    let is_full = is_full && has_full_counter(connection, statement).unwrap_or(false);
    if is_full || is_beyond_key(statement, &error) {
        let text = "the generated key of the table has no further number";
        return Error::new(Class::KeysExhausted, text).with_source(error);
    }
    error.into()
}

/// Whether the CHECK of a key has failed that the database made.
fn is_beyond_key(statement: &RenderedStatement, error: &rusqlite::Error) -> bool {
    let rusqlite::Error::SqliteFailure(failure, Some(text)) = error else {
        return false;
    };
    let key = statement.insertion.as_ref().and_then(|it| it.key);
    let check = || key.and_then(|key| Dialect::sqlite().check_clause(key.0));
    // SQLite names a CHECK without a name by its expression.
    failure.extended_code == ffi::SQLITE_CONSTRAINT_CHECK
        && text
            .strip_prefix("CHECK constraint failed: ")
            .is_some_and(|failed| check().is_some_and(|own| own == format!("CHECK ({failed})")))
}

/// Whether the counter of the table that the statement inserts into is at its end.
fn has_full_counter(
    connection: &Connection,
    statement: &RenderedStatement,
) -> rusqlite::Result<bool> {
    let mut full =
        connection.prepare("SELECT name FROM sqlite_sequence WHERE seq = 9223372036854775807")?;
    let names = full.query_map((), |row| row.get::<_, String>(0))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    let is_of_statement = |name: &String| match &statement.insertion {
        Some(insertion) => name.eq_ignore_ascii_case(&insertion.table),
        // Of hand-written SQL the table is not known.
        None => {
            let sql = statement.sql.to_ascii_lowercase();
            sql.contains(&name.to_ascii_lowercase())
        }
    };
    Ok(names.iter().any(is_of_statement))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that a test of statements does not meet; those it meets are tested there.
    #[test]
    fn every_documented_code_has_one_predicate() {
        type Predicate = fn(&Error) -> bool;
        let documented: [(Predicate, &[i32]); 4] = [
            (Error::is_read_only, &[ffi::SQLITE_READONLY]),
            (
                Error::is_retryable,
                &[
                    ffi::SQLITE_BUSY,
                    ffi::SQLITE_BUSY_SNAPSHOT,
                    ffi::SQLITE_LOCKED,
                ],
            ),
            (Error::is_timeout, &[ffi::SQLITE_INTERRUPT]),
            (
                Error::is_unavailable,
                &[
                    ffi::SQLITE_CANTOPEN,
                    ffi::SQLITE_IOERR_READ,
                    ffi::SQLITE_FULL,
                    ffi::SQLITE_NOTADB,
                    ffi::SQLITE_CORRUPT,
                ],
            ),
        ];
        for (predicate, codes) in documented {
            for code in codes {
                let failure = rusqlite::Error::SqliteFailure(ffi::Error::new(*code), None);
                let error = Error::from(failure);
                let matching = documented.iter().filter(|(predicate, _)| predicate(&error));
                assert!(predicate(&error) && matching.count() == 1, "{error}");
            }
        }
    }
}
