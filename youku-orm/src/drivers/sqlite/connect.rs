//! Opens one connection to SQLite, with the settings that every connection has.

mod functions;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::run::{self, KnownTables};
use crate::drivers::sqlite::thread_choice::{self, ShortStatements};
use crate::drivers::sqlite::write_ahead_log::WriteAheadLog;
use crate::error::{Class, Error, Result};
use crate::settings::options::{DatabaseOptions, Synchronous};
use crate::settings::url;

/// How to open a connection.
#[derive(Debug, Clone)]
pub(super) struct ConnectOptions {
    /// `None` is a database in memory.
    path: Option<PathBuf>,
    writes: bool,
    /// Whether the file stays as it is, whichever connection this is.
    read_only: bool,
    busy_timeout: Duration,
    statement_cache: usize,
    synchronous: Synchronous,
}

/// The file of the URL, or `None` for `sqlite::memory:`.
pub(super) fn parse_url(given: &str) -> Result<Option<PathBuf>> {
    let rest = given.strip_prefix("sqlite:").unwrap_or(given);
    if rest == ":memory:" {
        return Ok(None);
    }
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if let Some((_, parameters)) = path.split_once('?') {
        return Err(url::unknown_parameter(parameters));
    }
    if path.is_empty() {
        return Err(Error::usage(
            "an SQLite URL is `sqlite:` and a path, as in `sqlite:youku.db`, or `sqlite::memory:`",
        ));
    }
    // A colon too few would make a file, and other spellings a separate database for each connection.
    let name = path.strip_prefix("file:").unwrap_or(path);
    let is_near_miss =
        name.contains(':') && name.trim_matches([':', '/']).eq_ignore_ascii_case("memory");
    if is_near_miss {
        return Err(Error::usage(format!(
            "`{given}` is neither a path nor a database in memory; write `sqlite::memory:`"
        )));
    }
    Ok(Some(PathBuf::from(path)))
}

impl ConnectOptions {
    pub(super) fn new(path: Option<PathBuf>, writes: bool, options: &DatabaseOptions) -> Self {
        // SQLite counts milliseconds in 32 bits.
        let longest = Duration::from_millis(u64::from(i32::MAX.unsigned_abs()));
        Self {
            path,
            writes,
            read_only: options.read_only,
            busy_timeout: options.busy_timeout.min(longest),
            statement_cache: options.statement_cache,
            synchronous: options.synchronous,
        }
    }

    pub(super) fn is_in_memory(&self) -> bool {
        self.path.is_none()
    }

    /// Opens a connection, which may block.
    pub(super) fn open(&self) -> Result<SqliteConnection> {
        let mut log = WriteAheadLog::default();
        let mut connection = match &self.path {
            None => Connection::open_in_memory()?,
            Some(path) => self.open_file(path, &mut log)?,
        };
        connection.pragma_update(None, "foreign_keys", true)?;
        // LIKE then compares by code point, as a binary collation of MySQL does.
        connection.pragma_update(None, "case_sensitive_like", true)?;
        #[cfg(feature = "decimal")]
        connection.create_collation(
            "decimal",
            crate::types::supported::decimal::compare_decimals,
        )?;
        functions::install(&connection)?;
        connection.set_prepared_statement_cache_capacity(self.statement_cache);
        run::plan_once(&connection, true)?;
        thread_choice::install(&mut connection)?;
        Ok(SqliteConnection {
            raw: connection,
            short: ShortStatements::default(),
            log,
            tables: KnownTables::default(),
            busy_timeout: self.busy_timeout,
            in_memory: self.is_in_memory(),
        })
    }

    fn open_file(&self, path: &Path, log: &mut WriteAheadLog) -> Result<Connection> {
        if self.read_only {
            return self.open_to_read(path);
        }
        // Each connection is used by one thread at a time, as NO_MUTEX requires.
        let mut access = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        access.set(OpenFlags::SQLITE_OPEN_CREATE, self.writes);
        let mut connection =
            Connection::open_with_flags(path, access).map_err(|error| cannot_open(path, error))?;
        connection.busy_timeout(self.busy_timeout)?;
        self.switch_to_wal(&connection)?;
        if !self.writes {
            connection.pragma_update(None, "query_only", true)?;
        } else if self.synchronous == Synchronous::Normal {
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            log.replace_checkpoint(&mut connection)?;
        }
        Ok(connection)
    }

    /// A connection that changes neither the file nor its log.
    ///
    /// The last connection that closes writes the log back and removes it, unless it may not write. So with a log, this one may
    /// not. Without one it may, because SQLite makes an empty log while it reads, which only such a connection removes again.
    fn open_to_read(&self, path: &Path) -> Result<Connection> {
        // SQLite names the log after the file that a symbolic link leads to.
        let database = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut log = database.into_os_string();
        log.push("-wal");
        let has_log = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
        let access = if has_log {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE
        };
        let connection =
            Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let connection = connection.map_err(|error| cannot_open(path, error))?;
        connection.busy_timeout(self.busy_timeout)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// If several connections switch a new file at the same time, SQLite refuses all but one without
    /// calling the busy handler, because they would wait for each other forever. So this function waits.
    fn switch_to_wal(&self, connection: &Connection) -> Result<()> {
        let started = Instant::now();
        loop {
            match connection.pragma_update(None, "journal_mode", "WAL") {
                Err(error) if is_busy(&error) && started.elapsed() < self.busy_timeout => {
                    std::thread::sleep(BUSY_PAUSE);
                }
                switched => return Ok(switched?),
            }
        }
    }
}

/// How long to wait before a switch is tried again.
const BUSY_PAUSE: Duration = Duration::from_millis(2);

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

fn cannot_open(path: &Path, error: rusqlite::Error) -> Error {
    let reason = Error::from(error);
    let message = format!(
        "the SQLite file `{}` cannot be opened: {reason}; check that its folder exists and that this \
         program may write there",
        path.display()
    );
    Error::new(Class::Unavailable, message).with_source(reason)
}
