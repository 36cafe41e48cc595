//! The database that a service is opened with.

use std::fmt;

use youku_orm::Database;

use crate::basics::error::{Error, Result};
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

async fn connect(url: &str) -> Result<Database> {
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
