//! A service for one test: its own database and folder, a manual clock and cheap passwords.

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use youku_core::object_store::ObjectStore;
use youku_core::testing::ManualClock;
use youku_core::{
    Admin, Begin, Body, Builder, Clock, Code, Credentials, Error, Finished, Kind, Ledger,
    MovieView, NewMovie, PasswordCost, Payments, Policy, Registration, Role, Session, Upload,
    Youku,
};
use youku_orm::{Database, sql};
use youku_tests::{Fixture, Result, TestDatabase};

/// The password of every user whose password does not matter.
pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// A service and everything that a test does with it.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) youku: Youku,
    pub(crate) clock: ManualClock,
    pub(crate) database: TestDatabase,
    payments: Arc<dyn Payments>,
    folder: Arc<TempDir>,
    movies: Movies,
}

/// Where the movies are.
#[derive(Clone)]
pub(crate) enum Movies {
    /// In the world's own folder.
    Folder,
    Url(String),
    Store(Arc<dyn ObjectStore>),
}

impl Fixture for World {
    async fn prepare(database: &TestDatabase) -> Self {
        Self::with_policy(database, policy()).await
    }
}

/// The default policy, with very cheap password hashing.
pub(crate) fn policy() -> Policy {
    let password_cost = PasswordCost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    Policy {
        password_cost,
        ..Policy::default()
    }
}

impl World {
    pub(crate) async fn with_policy(database: &TestDatabase, policy: Policy) -> Self {
        Self::made_of(database, Movies::Folder, policy, Ledger).await
    }

    pub(crate) async fn with_movies(
        database: &TestDatabase,
        movies: Movies,
        policy: Policy,
    ) -> Self {
        Self::made_of(database, movies, policy, Ledger).await
    }

    /// A service that sends its charges to `payments`, as its other nodes do.
    pub(crate) async fn with_payments(
        database: &TestDatabase,
        policy: Policy,
        payments: impl Payments,
    ) -> Self {
        Self::made_of(database, Movies::Folder, policy, payments).await
    }

    async fn made_of(
        database: &TestDatabase,
        movies: Movies,
        policy: Policy,
        payments: impl Payments,
    ) -> Self {
        let payments: Arc<dyn Payments> = Arc::new(payments);
        let folder = Arc::new(TempDir::with_prefix("youku-movies-").expect("a writable folder"));
        let clock = ManualClock::default();
        let youku = builder(&movies, folder.path())
            .database(database.url())
            .policy(policy)
            .payments(payments.clone())
            .clock(clock.clone())
            .open()
            .await
            .expect("an empty database and folder");
        Self {
            youku,
            clock,
            database: database.clone(),
            payments,
            folder,
            movies,
        }
    }

    /// The same service as another program sees it.
    pub(crate) async fn another_node(&self) -> Youku {
        self.reopen(policy()).await
    }

    pub(crate) async fn reopen(&self, policy: Policy) -> Youku {
        self.reopen_with(policy, self.clock.clone()).await
    }

    pub(crate) async fn reopen_with(&self, policy: Policy, clock: impl Clock) -> Youku {
        let builder = self.builder(policy).database(self.database.url());
        let opened = builder.clock(clock).open().await;
        opened.expect("what opened before")
    }

    /// The same service without its database.
    pub(crate) fn builder(&self, policy: Policy) -> Builder {
        let builder = builder(&self.movies, self.folder.path()).policy(policy);
        let builder = builder.payments(self.payments.clone());
        builder.clock(self.clock.clone())
    }

    /// Opens another database over these movies.
    pub(crate) async fn open_over(&self, database: &TestDatabase) -> youku_core::Result<Youku> {
        self.builder(policy()).database(database.url()).open().await
    }

    /// Registers a user and logs them in.
    pub(crate) async fn user(&self, name: &str) -> Result<Session> {
        self.youku.register(registration(name)).await?;
        Ok(self.youku.login(credentials(name)).await?)
    }

    /// Creates an administrator called `root`.
    pub(crate) async fn admin(&self) -> Result<Admin> {
        self.youku.create_admin(registration("root")).await?;
        Ok(self.youku.login(credentials("root")).await?.admin().await?)
    }

    /// The number of rows in a table.
    pub(crate) async fn rows(&self, table: &'static str) -> Result<u64> {
        self.number(format!("SELECT COUNT(*) FROM `{table}`")).await
    }

    /// The single number that a statement returns.
    pub(crate) async fn number(&self, statement: impl Into<String>) -> Result<u64> {
        let db = Database::connect(self.database.url()).await?;
        let number = sql(statement.into()).one(&db).await?;
        db.close().await?;
        Ok(number)
    }

    /// Runs a statement without the service's knowledge.
    pub(crate) async fn execute(&self, statement: impl Into<String>) -> Result {
        let db = Database::connect(self.database.url()).await?;
        sql(statement.into()).execute(&db).await?;
        db.close().await?;
        Ok(())
    }

    /// The files of published movies.
    pub(crate) fn objects(&self) -> Vec<PathBuf> {
        files(&self.path("objects"))
    }

    /// The files of uploads that are in progress.
    pub(crate) fn staged(&self) -> Vec<PathBuf> {
        files(&self.path(".staging"))
    }

    /// A folder inside the movies folder.
    pub(crate) fn path(&self, folder: &str) -> PathBuf {
        self.folder.path().join(folder)
    }
}

/// The files in a folder and in its subfolders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let (folders, mut found): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found
}

/// A service with its movies in that place, which stages uploads in a folder.
fn builder(movies: &Movies, folder: &Path) -> Builder {
    let (builder, staging) = (Youku::builder(), folder.join(".staging"));
    match movies {
        Movies::Folder => builder.movies_folder(folder),
        Movies::Url(url) => builder.movies(url).staging(staging),
        Movies::Store(store) => builder.movies_store(store.clone()).staging(staging),
    }
}

pub(crate) fn registration(name: &str) -> Registration {
    Registration {
        username: name.to_owned(),
        password: PASSWORD.to_owned(),
    }
}

pub(crate) fn credentials(name: &str) -> Credentials {
    Credentials {
        username: name.to_owned(),
        password: PASSWORD.to_owned(),
        role: None,
        peer: "[::1]:1999".to_owned(),
    }
}

pub(crate) fn as_role(name: &str, role: Role) -> Credentials {
    Credentials {
        role: Some(role),
        ..credentials(name)
    }
}

/// The announcement of `bytes`, without a digest.
pub(crate) fn new_movie(name: &str, bytes: &[u8]) -> NewMovie {
    NewMovie {
        name: name.to_owned(),
        size: bytes.len() as u64,
        kind: Kind::Free,
        sha256: None,
        hint: None,
    }
}

pub(crate) fn charged(name: &str, bytes: &[u8]) -> NewMovie {
    NewMovie {
        kind: Kind::Charged,
        ..new_movie(name, bytes)
    }
}

/// Opens an upload that must not exist yet.
pub(crate) async fn open(admin: &Admin, new: NewMovie) -> Result<Upload> {
    match admin.upload(new).await? {
        Begin::Open(upload) => Ok(upload),
        Begin::Exists(movie) => Err(format!("movie {movie} exists").into()),
    }
}

/// Uploads `bytes` as `new` announces them.
pub(crate) async fn finish(admin: &Admin, new: NewMovie, bytes: &[u8]) -> Result<Finished> {
    let mut upload = open(admin, new).await?;
    upload.copy_from(bytes).await?;
    Ok(upload.finish().await?)
}

/// Uploads a free movie that is new.
pub(crate) async fn upload(admin: &Admin, name: &str, bytes: &[u8]) -> Result<MovieView> {
    let finished = finish(admin, new_movie(name, bytes), bytes).await?;
    assert!(!finished.existed);
    Ok(finished.movie)
}

/// Bytes of no particular movie, always the same for the same seed and size.
pub(crate) fn bytes(seed: u8, size: usize) -> Vec<u8> {
    (0..size).map(|place| (place % 251) as u8 ^ seed).collect()
}

pub(crate) async fn read_all(mut body: Body) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn refused<T: Debug>(result: std::result::Result<T, Error>) -> Code {
    result.expect_err("this must be refused").code()
}

/// The field whose rule was broken. The error names the rule, unless the field is a setting.
#[track_caller]
pub(crate) fn bad_field<T: Debug>(result: std::result::Result<T, Error>) -> Option<&'static str> {
    let error = result.expect_err("this must be refused");
    assert_eq!(error.code(), Code::BadRequest, "{error}");
    let settings = ["database", "table_prefix", "movies", "staging", "policy"].map(Some);
    assert!(error.rule().is_some() != settings.contains(&error.field()));
    error.field()
}
