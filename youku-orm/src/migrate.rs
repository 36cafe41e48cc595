//! Versioned migrations: numbered steps that bring a live database to the schema that the program needs.
//!
//! Migrations are never derived from the models. To add or check what the models require, use
//! [`sync`](crate::Database::sync) and [`check`](crate::Database::check).

mod history;
mod step;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::database::future::BoxFuture;
use crate::database::handle::{Database, Driver};
use crate::database::transaction::Transaction;
use crate::error::Result;
#[cfg(feature = "mysql")]
use crate::error::{Class, Error};
use crate::table::facts::Table;

/// The table that records the steps that have run.
pub(crate) const TABLE: &str = Applied::TABLE;

use history::{Applied, next, status};
pub use history::{MigrationState, MigrationStatus};
use step::{Step, Work};

/// Numbered steps. Each step runs once, in order, and is recorded in the table `youku_migration`.
///
/// A step is a text of SQL or a function that takes a transaction. Its name starts with its number, such
/// as the file `0002_add_nickname.sql`. The first number is 1, and no number is left out. Never change a
/// step that has run: the checksum of its text is recorded, and a different text is an error.
///
#[cfg_attr(feature = "sqlite", doc = "```")]
#[cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
/// use youku_orm::{Database, Migrations, sql};
///
/// fn migrations() -> Migrations {
///     Migrations::new()
///         // Or include_str!("../migrations/0001_create_user.sql"), or `Migrations::from_folder`.
///         .sql("0001_create_user.sql", "CREATE TABLE user (name VARCHAR(64) NOT NULL PRIMARY KEY);")
///         .rust("0002_add_root", |tx| {
///             Box::pin(async move {
///                 sql("INSERT INTO user VALUES (?)").bind("root").execute(tx).await?;
///                 Ok(())
///             })
///         })
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> youku_orm::Result<()> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let ran = migrations().run(&db).await?;
/// assert_eq!(ran, ["0001_create_user.sql", "0002_add_root"]);
/// assert!(migrations().run(&db).await?.is_empty());
/// # Ok(()) }
/// ```
///
/// # What holds on each database
///
/// SQLite: a step is one transaction. It is applied completely or not at all.
///
/// **On SQLite never drop a table that rows of another table refer to.** Foreign keys are enforced in a
/// step, and a transaction cannot switch that off (`PRAGMA foreign_keys` has no effect in a transaction).
/// `DROP TABLE` deletes the rows first. So the rebuild of a table that SQLite's manual describes (create
/// a new one, copy, drop the old one, rename) also **deletes the rows that refer to it with `ON DELETE
/// CASCADE`**, sets those with `SET NULL` to NULL, and fails with `RESTRICT`. Use `ALTER TABLE … ADD
/// COLUMN`, `DROP COLUMN` and `RENAME COLUMN`. If you have to rebuild a table, first move the rows of
/// the tables that refer to it aside, and put them back afterwards.
///
/// MySQL and MariaDB commit every DDL statement by itself, so a step that fails or is interrupted may be
/// half done. It is then recorded as begun, and every later run refuses to continue and says what to do.
/// Write only one DDL statement per step: then a step that fails is done completely or not at all. It is
/// recorded as begun even then, because MySQL commits before it tries the statement. Check whether the
/// change is there, and clear the record by hand: with `DELETE FROM youku_migration WHERE version = …` if
/// it is not, or with `UPDATE youku_migration SET finished_at = started_at WHERE version = …` if it is.
/// A step that is declared safe to run more than once needs none of this:
/// [`idempotent_sql`](Self::idempotent_sql).
///
/// # One process at a time
///
/// If another process is migrating, a process waits for it, at most for [`wait`](Self::wait). On MySQL
/// it waits for a lock of the server (`GET_LOCK`), on SQLite for the write lock of each step. In a Galera
/// cluster each node has its own locks, so migrate through one node.
#[derive(Debug)]
#[must_use = "migrations do nothing until `run` is awaited"]
pub struct Migrations {
    steps: Vec<Step>,
    wait: Duration,
}

/// The boxed future that a step in Rust returns.
pub type MigrationFuture<'t> = BoxFuture<'t, Result<()>>;

impl Default for Migrations {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            wait: Duration::from_secs(60),
        }
    }
}

impl Migrations {
    /// Creates a list without steps.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads every file of the folder whose name ends with `.sql`, in the order of their numbers. The call
    /// blocks while it reads the files, so make it before the program starts to serve requests.
    ///
    /// # Errors
    /// A usage error when the folder or a file cannot be read, or a file is not UTF-8.
    pub fn from_folder(folder: impl AsRef<Path>) -> Result<Self> {
        let steps = step::read_folder(folder.as_ref())?;
        let wait = Self::default().wait;
        Ok(Self { steps, wait })
    }

    /// Adds a step of one or more SQL statements, each ended by `;`. `name` is its number and what it
    /// does, as in `0001_create_user.sql`.
    pub fn sql(mut self, name: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        self.steps.push(Step::new(name, Work::Sql(text.into())));
        self
    }

    /// Adds a step of SQL like [`sql`](Self::sql) whose statements may all run more than once, such as
    /// `CREATE TABLE IF NOT EXISTS`. If such a step is interrupted half done, which MySQL does not roll
    /// back, it runs again from its beginning. Other steps are refused until an operator repairs them by hand.
    ///
    /// A step of one `ALTER TABLE … ADD COLUMN` is one too, although MySQL 8 has no `IF NOT EXISTS` for it: if
    /// the step was interrupted and the column is there, the step is done.
    pub fn idempotent_sql(
        mut self,
        name: &'static str,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        let step = Step::new(name, Work::Sql(text.into()));
        self.steps.push(step.idempotent());
        self
    }

    /// Adds a step that is a function. It takes the step's transaction and has no checksum.
    pub fn rust<F>(mut self, name: &'static str, work: F) -> Self
    where
        F: for<'t> Fn(&'t mut Transaction) -> MigrationFuture<'t> + Send + Sync + 'static,
    {
        self.steps.push(Step::new(name, Work::Rust(Box::new(work))));
        self
    }

    /// How long to wait for another process that migrates, in whole seconds. Default: 60 seconds.
    /// SQLite waits as long as [`busy_timeout`](crate::DatabaseOptions::busy_timeout) for each step.
    pub fn wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// Runs the steps that the database has not recorded yet, and returns their names.
    ///
    /// # Errors
    /// A usage error, before anything is run, when a step has no number, or a number is used twice or left
    /// out. [`is_schema`](Error::is_schema), naming the step: when a step was changed or renamed after it
    /// ran, when a step was begun and not finished, and when the database has a step that this program does
    /// not know, so that the database is newer. [`is_retryable`](Error::is_retryable) when another process
    /// still migrates after [`wait`](Self::wait). The error of a step that fails; the steps before it stay.
    ///
    /// # Cancel safety
    /// If the future is dropped, SQLite rolls back the running step. On MySQL it may be half done; see above.
    pub async fn run(&self, db: &Database) -> Result<Vec<String>> {
        step::are_numbered(&self.steps)?;
        let lock = lock(db, self.wait).await?;
        let ran = self.run_locked(db).await;
        lock.release().await;
        ran
    }

    async fn run_locked(&self, db: &Database) -> Result<Vec<String>> {
        db.create_tables::<Applied>().await?;
        let mut ran = Vec::new();
        loop {
            let mut tx = db.begin().await?;
            let applied = Applied::all(&mut tx).await?;
            let Some(step) = next(&self.steps, &applied)? else {
                tx.rollback().await?;
                return Ok(ran);
            };
            step.run(tx).await?;
            ran.push(step.name.to_string());
        }
    }

    /// Reports which of these steps the database has recorded, and which not. Changes nothing.
    ///
    /// # Errors
    /// The usage errors of [`run`](Self::run); database errors.
    pub async fn status(&self, db: &Database) -> Result<Vec<MigrationStatus>> {
        step::are_numbered(&self.steps)?;
        let applied = if crate::schema::has_table(db, Applied::TABLE).await? {
            Applied::all(db).await?
        } else {
            Vec::new()
        };
        Ok(status(&self.steps, &applied))
    }
}

impl fmt::Display for MigrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.state)
    }
}

/// Held while migrations run. SQLite has none: each step takes the write lock.
pub(crate) enum Lock {
    #[cfg(feature = "sqlite")]
    None,
    #[cfg(feature = "mysql")]
    Server(crate::drivers::mysql::NamedLock),
}

impl Lock {
    /// If it is only dropped, the lock is held until the server notices that the connection has ended.
    pub(crate) async fn release(self) {
        match self {
            #[cfg(feature = "sqlite")]
            Self::None => {}
            #[cfg(feature = "mysql")]
            Self::Server(lock) => lock.release().await,
        }
    }
}

/// Waits until no other process migrates or syncs this database.
pub(crate) async fn lock(db: &Database, wait: Duration) -> Result<Lock> {
    match db.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(_) => {
            let _ = wait;
            Ok(Lock::None)
        }
        #[cfg(feature = "mysql")]
        Driver::Mysql(pool) => {
            let lock = pool.lock("youku_orm.migrations", wait).await?;
            let lock = lock.ok_or_else(|| {
                Error::new(
                    Class::Retryable,
                    "another process migrates or syncs this database and did not finish in time",
                )
            })?;
            Ok(Lock::Server(lock))
        }
    }
}
