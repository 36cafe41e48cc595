//! The database that a service is opened with.

use std::fmt;
use std::path::{Path, PathBuf};

use youku_orm::Database;

use crate::basics::error::{Error, Result};
use crate::basics::private_files::{is_open_to_others, private_file};
use crate::records::AllTables;

/// The database, as the host specified it.
#[derive(Clone)]
pub(crate) enum Source {
    Url(String),
    Existing(Database),
}

impl Source {
    /// Whether the service opens its own connection pool, and closes it.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Url(_))
    }

    /// # Errors
    ///
    /// `bad_request` on `database` for the file of an SQLite database that does not exist, which
    /// connecting would create.
    pub(crate) fn require_file(&self) -> Result<()> {
        let Self::Url(url) = self else {
            return Ok(());
        };
        match file(url).filter(|path| !path.exists()) {
            Some(path) => {
                let text = format!("`database` does not exist: `{}`", path.display());
                Err(Error::bad_request("database", text))
            }
            None => Ok(()),
        }
    }

    /// The connection pool, with the prefix for its tables. The file of an SQLite database is created if it does not exist. If
    /// the URL or the prefix is refused, no file stays that was not there before.
    pub(crate) async fn connect(self, prefix: Option<&str>) -> Result<Database> {
        let Self::Url(url) = self else {
            return self.connect_to_read(prefix).await;
        };
        let created = create_private(&url);
        let opened = match Database::connect(&url).await {
            Ok(db) => with_prefix(db, prefix).await,
            Err(error) => Err(cannot_open(error)),
        };
        if let (Err(_), Some(path)) = (&opened, created) {
            remove_database(&path);
        }
        opened
    }

    /// The same for a database that exists, without changing its file.
    pub(crate) async fn connect_to_read(self, prefix: Option<&str>) -> Result<Database> {
        let db = match self {
            Self::Existing(db) => return rename_tables(&db, prefix),
            Self::Url(url) => Database::options().read_only(true).connect(&url).await,
        };
        with_prefix(db.map_err(cannot_open)?, prefix).await
    }
}

/// The database with a prefix for its tables; closed if the prefix is refused.
async fn with_prefix(db: Database, prefix: Option<&str>) -> Result<Database> {
    let renamed = rename_tables(&db, prefix);
    if renamed.is_err() {
        db.close().await?;
    }
    renamed
}

fn rename_tables(db: &Database, prefix: Option<&str>) -> Result<Database> {
    let Some(prefix) = prefix else {
        return Ok(db.clone());
    };
    db.with_table_prefix::<AllTables>(prefix).map_err(|error| {
        let text = format!("`table_prefix` cannot be used: {error}");
        Error::bad_request("table_prefix", text).with_source(error)
    })
}

/// The file of an SQLite database; nothing for one in memory, and for MySQL.
fn file(url: &str) -> Option<&Path> {
    let path = url
        .strip_prefix("sqlite:")
        .filter(|path| *path != ":memory:")?;
    let path = path.split('?').next()?;
    Some(Path::new(path.strip_prefix("//").unwrap_or(path)))
}

/// Creates the file of an SQLite database, if it does not exist, so that no other user of the
/// machine can read it. SQLite gives the files next to it the same mode. Returns the file if it was created.
fn create_private(url: &str) -> Option<PathBuf> {
    let path = file(url)?;
    // Whatever prevents this prevents SQLite from opening the file too, and its error says more.
    let created = private_file().write(true).create_new(true).open(path);
    if is_open_to_others(path) {
        tracing::warn!(
            path = %path.display(),
            "other users of this machine may read the database: `chmod 600` it and the files next to it"
        );
    }
    created.is_ok().then(|| path.to_owned())
}

/// Removes the file of an SQLite database that was created and could not be used, with the files next to it.
fn remove_database(path: &Path) {
    for suffix in ["-wal", "-shm", ""] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // What cannot be removed is empty.
        let _ = std::fs::remove_file(name);
    }
}

fn cannot_open(error: youku_orm::Error) -> Error {
    if error.is_unavailable() {
        return error.into();
    }
    let text = format!("`database` cannot be opened: {error}");
    Error::bad_request("database", text).with_source(error)
}

/// Does not show the URL, which may hold a password.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url(_) => "Url",
            Self::Existing(_) => "Existing",
        })
    }
}
