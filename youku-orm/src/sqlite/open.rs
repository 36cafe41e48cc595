//! Opening one connection to SQLite, and the settings that every connection has.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::{Class, Error, Result};

/// How to open a connection.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// `None` is a database in memory.
    pub(super) path: Option<PathBuf>,
    pub(super) writes: bool,
    pub(super) busy_timeout: Duration,
    pub(super) statement_cache: usize,
}

/// The file of the URL, or `None` for `sqlite::memory:`.
pub(super) fn parse_url(url: &str) -> Result<Option<PathBuf>> {
    let rest = url.strip_prefix("sqlite:").unwrap_or(url);
    if rest == ":memory:" {
        return Ok(None);
    }
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.contains('?') {
        return Err(Error::usage(
            "an SQLite URL is `sqlite:` and a path, as in `sqlite:youku.db`, or `sqlite::memory:`; behind a `?` stand fields of `DatabaseOptions`",
        ));
    }
    Ok(Some(PathBuf::from(path)))
}

impl Open {
    pub(super) fn open(&self) -> Result<Connection> {
        let connection = match &self.path {
            None => Connection::open_in_memory()?,
            Some(path) => {
                let access = match self.writes {
                    true => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
                    false => OpenFlags::SQLITE_OPEN_READ_WRITE,
                };
                // Each connection is used by one thread at a time, which is what NO_MUTEX asks.
                let connection =
                    Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
                        .map_err(|error| unopened(path, error))?;
                // SQLite counts milliseconds in 32 bits.
                let most = Duration::from_millis(u64::from(i32::MAX.unsigned_abs()));
                connection.busy_timeout(self.busy_timeout.min(most))?;
                connection.pragma_update(None, "journal_mode", "WAL")?;
                if !self.writes {
                    connection.pragma_update(None, "query_only", true)?;
                }
                connection
            }
        };
        connection.pragma_update(None, "foreign_keys", true)?;
        // LIKE then compares by code point, as a binary collation of MySQL does.
        connection.pragma_update(None, "case_sensitive_like", true)?;
        #[cfg(feature = "decimal")]
        connection.create_collation("decimal", crate::types::compare_decimals)?;
        connection.set_prepared_statement_cache_capacity(self.statement_cache);
        Ok(connection)
    }
}

fn unopened(path: &Path, error: rusqlite::Error) -> Error {
    let reason = Error::from(error);
    let message = format!(
        "the SQLite file `{}` cannot be opened: {reason}; does its folder exist, and may this \
         program write there?",
        path.display()
    );
    Error::new(Class::Unavailable, message).with_source(reason)
}
