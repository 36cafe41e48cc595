//! The database that a service is opened with.

use std::fmt;
use std::path::Path;

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

    /// The connection pool, with the prefix for its tables.
    pub(crate) async fn connect(self, prefix: Option<&str>) -> Result<Database> {
        let db = match self {
            Self::Url(url) => connect(&url).await?,
            Self::Existing(db) => db,
        };
        let Some(prefix) = prefix else {
            return Ok(db);
        };
        db.with_table_prefix::<AllTables>(prefix).map_err(|error| {
            let text = format!("`table_prefix` cannot be used: {error}");
            Error::bad_request("table_prefix", text).with_source(error)
        })
    }
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
/// machine can read it. SQLite gives the files next to it the same mode.
fn create_private(url: &str) {
    let Some(path) = file(url) else {
        return;
    };
    // Whatever prevents this prevents SQLite from opening the file too, and its error says more.
    let _ = private_file().write(true).create_new(true).open(path);
    if is_open_to_others(path) {
        tracing::warn!(
            path = %path.display(),
            "other users of this machine may read the database: `chmod 600` it and the files next to it"
        );
    }
}

async fn connect(url: &str) -> Result<Database> {
    create_private(url);
    match Database::connect(url).await {
        Ok(db) => Ok(db),
        Err(error) if error.is_unavailable() => Err(error.into()),
        Err(error) => {
            let text = format!("`database` cannot be opened: {error}");
            Err(Error::bad_request("database", text).with_source(error))
        }
    }
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
