//! Opening a service: which database, where the movies are, under which rules.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;
use youku_orm::Database;

use crate::clock::{Clock, SystemClock};
use crate::hasher::Hasher;
use crate::metrics;
use crate::model::AllTables;
use crate::policy::Policy;
use crate::randomness::{Randomness, SystemRandomness};
use crate::schema::{self, Migrate};
use crate::service::Service;
use crate::storage::{Blobs, Location, Staging};
use crate::upload::OpenUploads;
use crate::{Error, Result, Youku, store_identity};

/// The folder for staged files inside a folder of movies.
const STAGING: &str = ".staging";

/// What a [`Youku`] is opened with; made by [`Youku::builder`].
///
/// `database` and `movies` (or `movies_folder`) are needed, everything else has a default.
#[derive(Debug, Clone)]
#[must_use = "nothing is opened before `open` is awaited"]
pub struct Builder {
    database: Option<Source>,
    table_prefix: Option<String>,
    migrate: Migrate,
    movies: Option<Movies>,
    staging: Option<PathBuf>,
    policy: Policy,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
}

/// The database, as it was said.
#[derive(Clone)]
enum Source {
    Url(String),
    Existing(Database),
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

/// Where movies are, as it was said.
#[derive(Debug, Clone)]
enum Movies {
    Url(String),
    Folder(PathBuf),
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            database: None,
            table_prefix: None,
            migrate: Migrate::default(),
            movies: None,
            staging: None,
            policy: Policy::default(),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
        }
    }

    /// The database as a URL: `sqlite:path/to/file.db`, `sqlite::memory:`, or
    /// `mysql://user:password@host:3306/name`. MySQL needs to be 8.0.17 or newer, MariaDB 10.5.
    pub fn database(self, url: impl Into<String>) -> Self {
        Self {
            database: Some(Source::Url(url.into())),
            ..self
        }
    }

    /// A database that the host has opened already, in place of a URL: the service shares its pool,
    /// and [`Youku::close`] leaves it open. A pool of `mysql_async` becomes one with
    /// [`with_mysql_pool`](youku_orm::DatabaseOptions::with_mysql_pool).
    pub fn existing_database(self, database: Database) -> Self {
        Self {
            database: Some(Source::Existing(database)),
            ..self
        }
    }

    /// What stands before the names of the service's tables, as in `app_`, so that it can live in a
    /// database which has a table `user` already, or several times in one. Default: nothing.
    ///
    /// It is a part of the name of the data: with another prefix a service finds other data, or
    /// none. Made of `a` to `z`, digits and `_`.
    pub fn table_prefix(self, prefix: impl Into<String>) -> Self {
        Self {
            table_prefix: Some(prefix.into()),
            ..self
        }
    }

    /// Whether opening changes the schema of the database. Default: [`Migrate::AtOpen`].
    pub fn migrations(self, migrate: Migrate) -> Self {
        Self { migrate, ..self }
    }

    /// The place for the bytes of movies as a URL: `file:///` and the absolute path of a folder,
    /// which is made if it is not there, or `memory:///`, which forgets them with the last handle.
    /// Other schemes, such as `s3:`, work in a program that builds `object_store` with them.
    pub fn movies(self, url: impl Into<String>) -> Self {
        Self {
            movies: Some(Movies::Url(url.into())),
            ..self
        }
    }

    /// The place for the bytes of movies as a local folder; like [`movies`](Self::movies) with a
    /// `file:` URL. A relative path starts at the current folder.
    pub fn movies_folder(self, path: impl Into<PathBuf>) -> Self {
        Self {
            movies: Some(Movies::Folder(path.into())),
            ..self
        }
    }

    /// The local folder in which uploads are written before they are movies.
    ///
    /// Default: `.staging` inside a folder of movies, so that publishing is a rename; a temporary
    /// folder for movies in memory. Any other store needs one.
    pub fn staging(self, path: impl Into<PathBuf>) -> Self {
        Self {
            staging: Some(path.into()),
            ..self
        }
    }

    /// Limits, waits and prices. Default: [`Policy::default`].
    pub fn policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The clock to ask. Default: [`SystemClock`].
    pub fn clock(self, clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// Where random bytes come from. Default: [`SystemRandomness`].
    pub fn randomness(self, randomness: impl Randomness) -> Self {
        Self {
            randomness: Arc::new(randomness),
            ..self
        }
    }

    /// Opens the service: connects, brings the schema of the database to this program's unless
    /// [told otherwise](Self::migrations), compares the two, and creates missing folders.
    ///
    /// A database and a store of movies belong together: what opens first over two new ones ties
    /// them with a random name, and neither opens with another partner from then on. A store in
    /// memory is always new and is not tied.
    ///
    /// It does not clean up after an earlier crash; see [`Youku::sweep`].
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): a part is missing or does not work, or the
    ///   movies are another database's; the field is `database`, `table_prefix`, `movies`, `staging`
    ///   or `policy`. It is `database` too when its tables are not what this program needs: it lacks
    ///   migrations and may not be changed, a newer program has migrated it, or tables were changed
    ///   by hand.
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the database does not answer.
    /// - [`Code::NoSpace`](crate::Code::NoSpace) and [`Code::Internal`](crate::Code::Internal): a
    ///   folder cannot be made.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, tables and folders that were made by then stay. Opening again
    /// does the rest.
    pub async fn open(self) -> Result<Youku> {
        self.policy.check()?;
        let source = needed(self.database)?;
        let location = match self.movies {
            Some(Movies::Url(url)) => Location::parse(&url)?,
            Some(Movies::Folder(path)) => Location::folder(&path)?,
            None => return Err(missing("movies", "file:///srv/movies")),
        };
        let hasher = Hasher::new(self.policy.password_cost, &*self.randomness)?;
        let staging = open_staging(self.staging, &location).await?;
        let blobs = Blobs::open(location).await?;
        let owns_database = matches!(source, Source::Url(_));
        let db = connect(source, self.table_prefix.as_deref()).await?;
        schema::prepare(&db, self.migrate).await?;
        store_identity::bind(&db, &blobs, &*self.randomness).await?;
        metrics::describe();
        Ok(Youku(Arc::new(Service {
            db: metrics::timed(&db),
            owns_database,
            closed: watch::Sender::new(false),
            blobs,
            staging,
            open_uploads: OpenUploads::default(),
            policy: self.policy,
            clock: self.clock,
            randomness: self.randomness,
            hasher,
        })))
    }

    /// Runs the migrations that the database has not had, without opening the service, and gives
    /// their names. For hosts that open with [`Migrate::CheckOnly`]; of everything else that was
    /// said only the database counts.
    ///
    /// What migrations do to a database cannot be undone by an older program: make a copy first.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::Code::BadRequest) on `database` when there is none, or it is
    /// newer than this program, or a migration fails; [`Code::Unavailable`](crate::Code::Unavailable)
    /// when it does not answer, or another program migrates it for more than a minute.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, a part of the migrations may have run; another call runs the
    /// rest.
    pub async fn migrate(self) -> Result<Vec<String>> {
        let source = needed(self.database)?;
        let owns_database = matches!(source, Source::Url(_));
        let db = connect(source, self.table_prefix.as_deref()).await?;
        let ran = schema::migrate(&db).await;
        if owns_database {
            db.close().await?;
        }
        ran
    }
}

/// The database, which has no default.
fn needed(database: Option<Source>) -> Result<Source> {
    database.ok_or_else(|| missing("database", "sqlite:youku.db"))
}

async fn open_staging(chosen: Option<PathBuf>, location: &Location) -> Result<Staging> {
    match (chosen, location) {
        (Some(path), _) => Staging::open(path).await,
        (None, Location::Folder(folder)) => Staging::open(folder.join(STAGING)).await,
        (None, Location::Memory) => Staging::temporary().await,
        (None, Location::Other(_)) => Err(missing("staging", "/var/lib/youku/staging")),
    }
}

async fn connect(source: Source, prefix: Option<&str>) -> Result<Database> {
    let db = match source {
        Source::Url(url) => connect_to(&url).await?,
        Source::Existing(db) => db,
    };
    match prefix {
        None => Ok(db),
        Some(prefix) => db.with_table_prefix::<AllTables>(prefix).map_err(|error| {
            let text = format!("`table_prefix` cannot be used: {error}");
            Error::bad_request("table_prefix", text).with_source(error)
        }),
    }
}

async fn connect_to(url: &str) -> Result<Database> {
    match Database::connect(url).await {
        Ok(db) => Ok(db),
        Err(error) if error.is_unavailable() => Err(error.into()),
        Err(error) => {
            let text = format!("`database` cannot be opened: {error}");
            Err(Error::bad_request("database", text).with_source(error))
        }
    }
}

fn missing(field: &'static str, example: &str) -> Error {
    let text = format!("the service needs to know its `{field}`: `.{field}(\"{example}\")`");
    Error::bad_request(field, text)
}
