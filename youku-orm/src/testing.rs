//! Help for the tests of programs that use this crate (feature `testing`): a throw-away database
//! for each test, and the statements that a piece of code runs.
//!
//! ```
//! use youku_orm::testing::{TestDatabase, expect_statements};
//! use youku_orm::{Database, Id, Model};
//!
//! #[derive(Model)]
//! struct User { #[model(primary_key, auto)] u_id: Id<User>, name: String }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> youku_orm::Result<()> {
//! let server = std::env::var("TEST_DATABASE").unwrap_or("sqlite:".into());
//! let test = TestDatabase::create(&server).await?;
//! let db = Database::connect(test.url()).await?;
//! db.create_tables::<User>().await?;
//!
//! let new = |name: &str| NewUser { name: name.into() };
//! let users = expect_statements(&db, 1, async |db| {
//!     User::insert_many(db, vec![new("ann"), new("bob")]).await
//! });
//! assert_eq!(users.await?.len(), 2);
//! # Ok(()) }
//! ```

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::panic::Location;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use crate::database::executor;
use crate::database::handle::Database;
use crate::error::{Class, Error, Result};
use crate::query::raw::sql;

/// A new, empty database. It is removed with its content when this value is dropped, even while
/// connections to it are open and when its test panics. If the test is killed, the database remains,
/// with a name that begins with `youku_test_`.
pub struct TestDatabase {
    url: String,
    location: TestLocation,
}

enum TestLocation {
    Memory,
    Folder(PathBuf),
    Server { url: String, name: String },
}

impl TestDatabase {
    /// Creates a database. The URL says where:
    ///
    /// | URL | is |
    /// |---|---|
    /// | `sqlite::memory:` | in memory; every connect makes another one |
    /// | `sqlite:` | a file in a new folder for temporary files |
    /// | `mysql://root@127.0.0.1` | a new database of that server, whose user may create and drop databases |
    ///
    /// # Errors
    /// [`is_unavailable`](Error::is_unavailable) when the server does not answer or the folder
    /// cannot be made; a usage error for another URL.
    pub async fn create(url: &str) -> Result<Self> {
        let name = random_name();
        match url {
            "sqlite::memory:" => Ok(Self {
                url: url.to_owned(),
                location: TestLocation::Memory,
            }),
            "sqlite:" => Self::in_folder(std::env::temp_dir().join(name)),
            _ if url.starts_with("sqlite:") => Err(Error::usage(
                "a test database is `sqlite:` without a path, which creates a separate file, \
                 `sqlite::memory:`, or the URL of a server",
            )),
            _ => Self::on_server(url, name).await,
        }
    }

    fn in_folder(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir(&folder).map_err(|error| {
            let text = format!(
                "the folder `{}` cannot be created: {error}",
                folder.display()
            );
            Error::new(Class::Unavailable, text)
        })?;
        Ok(Self {
            url: format!("sqlite:{}", folder.join("test.db").display()),
            location: TestLocation::Folder(folder),
        })
    }

    async fn on_server(server: &str, name: String) -> Result<Self> {
        let db = Database::connect(server).await?;
        executor::script(&db, vec![format!("CREATE DATABASE `{name}`")]).await?;
        db.close().await?;
        Ok(Self {
            url: url_of(server, &name),
            location: TestLocation::Server {
                url: server.to_owned(),
                name,
            },
        })
    }

    /// The URL to give to [`Database::connect`].
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl TestLocation {
    /// What to look for if the database remains. Never the URL, because it may contain a password.
    fn name(&self) -> String {
        match self {
            Self::Memory => "in memory".to_owned(),
            Self::Folder(folder) => folder.display().to_string(),
            Self::Server { name, .. } => name.clone(),
        }
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestDatabase")
            .field(&self.location.name())
            .finish()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let gone = match &self.location {
            TestLocation::Memory => Ok(()),
            TestLocation::Folder(folder) => {
                std::fs::remove_dir_all(folder).map_err(|error| error.to_string())
            }
            TestLocation::Server { url, name } => {
                drop_database(url, name).map_err(|error| error.to_string())
            }
        };
        if let Err(error) = gone {
            // Panicking here while a failed test unwinds would hide the test's own message.
            tracing::warn!(
                database = self.location.name(),
                error,
                "the test database was not deleted"
            );
        }
    }
}

/// Letters and digits that no other test database has.
fn random_name() -> String {
    let random = RandomState::new().hash_one((std::process::id(), SystemTime::now()));
    format!("youku_test_{random:016x}")
}

/// The URL of a database of a server: the name is between the host and the parameters.
fn url_of(server: &str, name: &str) -> String {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    format!("{}/{name}{parameters}", address.trim_end_matches('/'))
}

/// Runs in a separate thread and runtime, because the caller may be inside a runtime that is ending.
fn drop_database(server: &str, name: &str) -> Result<()> {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| Error::new(Class::Unavailable, error.to_string()))?;
        runtime.block_on(async {
            let db = Database::options()
                .max_connections(1)
                .connect(server)
                .await?;
            // A connection that a failed test left inside a transaction would hold its tables.
            let open = sql("SELECT id FROM information_schema.processlist WHERE db = ?").bind(name);
            for id in open.all::<u64>(&db).await? {
                // It may have ended by itself in between.
                let _ = executor::script(&db, vec![format!("KILL {id}")]).await;
            }
            executor::script(&db, vec![format!("DROP DATABASE `{name}`")]).await?;
            db.close().await
        })
    };
    let done = std::thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|_| {
        Err(Error::new(
            Class::Database,
            "the thread that drops the database panicked",
        ))
    })
}

/// Runs `work` and returns its result and the texts of the statements that it sent to the handle it was
/// given, in the order in which they ended. BEGIN, COMMIT and savepoints are included.
///
/// ```
/// use youku_orm::testing::statements_of;
/// use youku_orm::{Database, sql};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> youku_orm::Result<()> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let (sum, statements) = statements_of(&db, async |db| {
///     sql("SELECT 1 + ?").bind(1).one::<i64>(db).await
/// })
/// .await;
/// assert_eq!((sum?, statements), (2, vec!["SELECT 1 + ?".to_owned()]));
/// # Ok(()) }
/// ```
pub async fn statements_of<T>(
    db: &Database,
    work: impl AsyncFnOnce(&Database) -> T,
) -> (T, Vec<String>) {
    let texts = Arc::new(Mutex::new(Vec::new()));
    let kept = texts.clone();
    let listening = db.on_statement(move |event| {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(event.sql.to_owned());
    });
    let value = work(&listening).await;
    let texts = std::mem::take(&mut *texts.lock().unwrap_or_else(PoisonError::into_inner));
    (value, texts)
}

/// Runs `work` and checks that it sent exactly that many statements to the handle it was given: for
/// instance one query per relation, not one per row. See [`statements_of`].
///
/// # Panics
/// When there were more or fewer; the message lists their texts.
#[track_caller]
pub fn expect_statements<T, F>(db: &Database, count: usize, work: F) -> impl Future<Output = T>
where
    F: AsyncFnOnce(&Database) -> T,
{
    let caller = Location::caller();
    async move {
        let (value, texts) = statements_of(db, work).await;
        assert!(
            texts.len() == count,
            "{caller}: {count} statements were expected, and {} ran:\n  {}",
            texts.len(),
            texts.join("\n  ")
        );
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_comes_before_the_parameters() {
        assert_eq!(url_of("mysql://a@b:1", "c"), "mysql://a@b:1/c");
        assert_eq!(url_of("mysql://a@b/?d=e", "c"), "mysql://a@b/c?d=e");
    }

    #[test]
    fn random_names_differ() {
        assert_ne!(random_name(), random_name());
    }
}
