//! Opening a service: which database, where the movies are stored, and under which rules.

mod parts;
mod read_only;

use std::path::PathBuf;
use std::sync::Arc;

use object_store::ObjectStore;
use youku_orm::Database;

use crate::basics::error::{Error, Result};
use crate::builder::parts::Parts;
use crate::credentials::hasher::Hasher;
use crate::host::clock::{Clock, SystemClock, to_microsecond};
use crate::host::payments::{Ledger, Payments};
use crate::host::policy::Policy;
use crate::host::randomness::{Randomness, SystemRandomness};
use crate::host::upload_check::UploadCheck;
use crate::operations::skeletons;
use crate::records::schema;
use crate::records::schema::Migrate;
use crate::records::source::Source;
use crate::service::password_costs::login_key;
use crate::service::rounds;
use crate::service::store_identity;
use crate::service::youku::Youku;
use crate::storage::blobs::Blobs;
use crate::storage::location::{Location, Movies};
use crate::storage::staging::folder::StagingLocation;

/// What a [`Youku`] is opened with; made by [`Youku::builder`].
///
/// `database` and `movies` (or `movies_folder`, or `movies_store`) are required; everything else
/// has a default.
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
    payments: Arc<dyn Payments>,
    upload_check: Option<Arc<dyn UploadCheck>>,
}

impl Youku {
    /// Starts the configuration of a service to open.
    pub fn builder() -> Builder {
        Builder::new()
    }
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
            payments: Arc::new(Ledger),
            upload_check: None,
        }
    }

    /// The database as a URL: `sqlite:path/to/file.db`, `sqlite::memory:`, or
    /// `mysql://user:password@host:3306/name`. MySQL needs to be 8.0.17 or newer, MariaDB 10.5.
    pub fn database(mut self, url: impl Into<String>) -> Self {
        self.database = Some(Source::Url(url.into()));
        self
    }

    /// A database that the host has already opened, instead of a URL: the service shares its
    /// connection pool, and [`Youku::close`] leaves it open. To share a pool of `mysql_async`, open
    /// a database with [`with_mysql_pool`](youku_orm::DatabaseOptions::with_mysql_pool).
    pub fn existing_database(mut self, database: Database) -> Self {
        self.database = Some(Source::Existing(database));
        self
    }

    /// A prefix for the names of the service's tables, such as `app_`. With it, a service can use a
    /// database that already has a table `user`, and one database can hold several services.
    /// Default: empty.
    ///
    /// The prefix is part of the name of the data: a service with another prefix finds other data,
    /// or none. It consists of `a` to `z`, digits and `_`.
    pub fn table_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.table_prefix = Some(prefix.into());
        self
    }

    /// Whether opening changes the schema of the database. Default: [`Migrate::AtOpen`].
    pub fn migrations(self, migrate: Migrate) -> Self {
        Self { migrate, ..self }
    }

    /// Where to store the bytes of movies, as a URL: `file:///` and the absolute path of a folder,
    /// which is created if it does not exist, or `memory:///`, whose content is lost with the last
    /// handle.
    ///
    /// With the feature `s3` it may be `s3://bucket/prefix`, at Amazon or any other server that
    /// speaks the S3 protocol. Its settings come from the environment (`AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, …) or from the query of the URL,
    /// under the names of
    /// [`AmazonS3ConfigKey`](https://docs.rs/object_store/0.14/object_store/aws/enum.AmazonS3ConfigKey.html):
    /// `s3://movies/?endpoint=http://127.0.0.1:9000&allow_http=true`. Configure the bucket to
    /// remove incomplete multipart uploads after a day: a crash leaves some, and they appear in no
    /// list of objects. URL schemes of other clouds work in a program that builds `object_store`
    /// with them.
    pub fn movies(mut self, url: impl Into<String>) -> Self {
        self.movies = Some(Movies::Url(url.into()));
        self
    }

    /// Where to store the bytes of movies, as a local folder; like [`movies`](Self::movies) with a
    /// `file:` URL. A relative path starts at the current folder.
    pub fn movies_folder(mut self, path: impl Into<PathBuf>) -> Self {
        self.movies = Some(Movies::Folder(path.into()));
        self
    }

    /// Where to store the bytes of movies, as an [`object_store`] that the host has created.
    /// Whatever the store has confirmed must survive a crash: for a `LocalFileSystem` that requires
    /// `with_fsync(true)`.
    pub fn movies_store(mut self, store: Arc<dyn ObjectStore>) -> Self {
        self.movies = Some(Movies::Store(store));
        self
    }

    /// The local folder in which uploads are written before they become movies. Several services
    /// may share it: each has its own folder in it, named after its database, unless its movies are
    /// in memory.
    ///
    /// Default: `.staging` inside a folder of movies, so that publishing is a rename; a temporary
    /// folder for movies in memory. Any other store requires this setting.
    pub fn staging(mut self, path: impl Into<PathBuf>) -> Self {
        self.staging = Some(path.into());
        self
    }

    /// Limits, waits and prices. Default: [`Policy::default`].
    pub fn policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The clock to use. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The source of random bytes. Default: [`SystemRandomness`].
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// The payment provider. Default: [`Ledger`], which records charges and bills no user.
    pub fn payments(mut self, payments: impl Payments) -> Self {
        self.payments = Arc::new(payments);
        self
    }

    /// What accepts or refuses each upload before it is listed. Default: every upload is accepted.
    pub fn upload_check(mut self, check: impl UploadCheck) -> Self {
        self.upload_check = Some(Arc::new(check));
        self
    }

    /// Opens the service: connects, migrates the database to the schema of this program unless
    /// [told otherwise](Self::migrations), compares the two, and creates missing folders.
    ///
    /// A database and a store of movies belong together: the first program that opens a new
    /// database with a new store ties them together with a random name. From then on neither opens
    /// with another partner. A store in memory is always new and is not tied. A database that has
    /// no name, because it is new or a power failure has lost it, takes that of the store.
    ///
    /// It does not clean up after an earlier crash; see [`Youku::sweep`]. If the database was restored
    /// from an older backup than its store, it logs an error; see [`Youku::accept_database`].
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): a part is missing or does not work, or the
    ///   movies belong to another database; the field is `database`, `table_prefix`, `movies`,
    ///   `staging` or `policy`. It is also `database` when its tables are not what this program
    ///   needs: the database lacks migrations and may not be changed, a newer program has migrated
    ///   it, or tables were changed by hand.
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the database does not answer.
    /// - [`Code::NoSpace`](crate::Code::NoSpace) and [`Code::Internal`](crate::Code::Internal): a
    ///   folder cannot be created.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, tables and folders that were already created stay. Opening again
    /// does the rest.
    pub async fn open(mut self) -> Result<Youku> {
        self.policy.check()?;
        let source = needed(self.database.take())?;
        let (location, staging) = self.locate()?;
        let hasher = Hasher::new(self.policy.password_cost, &*self.randomness)?;
        let blobs = Blobs::open(location).await?;
        let owns_database = source.is_own();
        let db = source.connect(self.table_prefix.as_deref()).await?;
        schema::prepare(&db, self.migrate).await?;
        let attempts = self.policy.transaction_attempts;
        skeletons::fill(&db, attempts).await?;
        let login_key = login_key(&db, &*self.randomness, attempts).await?;
        let now = to_microsecond(self.clock.now());
        let identity = store_identity::bind(&db, &blobs, &*self.randomness, now).await?;
        rounds::record_opening(&db, &*self.clock).await?;
        let staging = staging.open(identity.as_deref()).await?;
        let parts = Parts {
            db,
            owns_database,
            is_read_only: false,
            blobs,
            staging,
            hasher,
            login_key,
        };
        let service = self.service(parts);
        service.count_password_costs().await?;
        // An upload would hide from the first sweep that the database was restored.
        service.is_database_restored().await?;
        Ok(Youku(Arc::new(service)))
    }

    /// Where the movies are, and where uploads are staged.
    fn locate(&mut self) -> Result<(Location, StagingLocation)> {
        let movies = self.movies.take();
        let movies = movies.ok_or_else(|| missing("movies", "file:///srv/movies"))?;
        let location = movies.locate()?;
        let staging = StagingLocation::of(self.staging.take(), &location);
        let staging = staging.ok_or_else(|| missing("staging", "/var/lib/youku/staging"))?;
        Ok((location, staging))
    }

    /// Runs the pending migrations of the database, without opening the service, and returns their
    /// names. It is for hosts that open with [`Migrate::CheckOnly`]. Of the settings of this
    /// builder only the database counts.
    ///
    /// An older program cannot undo what migrations do to a database: make a copy first.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::Code::BadRequest) on `database` when no database was set, or it
    /// is newer than this program, or a migration fails;
    /// [`Code::Unavailable`](crate::Code::Unavailable) when it does not answer, or another program
    /// is migrating it for more than a minute.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, some of the migrations may have run; another call runs the rest.
    pub async fn migrate(self) -> Result<Vec<String>> {
        let source = needed(self.database)?;
        let owns_database = source.is_own();
        let db = source.connect(self.table_prefix.as_deref()).await?;
        let ran = schema::migrate(&db).await;
        if owns_database {
            db.close().await?;
        }
        ran
    }
}

/// The database, for which there is no default.
fn needed(database: Option<Source>) -> Result<Source> {
    database.ok_or_else(|| missing("database", "sqlite:youku.db"))
}

fn missing(field: &'static str, example: &str) -> Error {
    let text = format!("`{field}` is not set: call `.{field}(\"{example}\")` on the builder");
    Error::bad_request(field, text)
}
