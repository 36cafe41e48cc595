//! A database: a pool of connections to MySQL or to an SQLite file, chosen by URL.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::database::transaction::Transaction;
use crate::error::{Error, Result};
use crate::settings::observers::{Observers, StatementEvent};
use crate::settings::options::DatabaseOptions;
use crate::settings::retry::{MaybeRetryable, pause_before_retry};
use crate::settings::transaction_options::TransactionOptions;
use crate::sql::dialect::Dialect;
use crate::sql::prefix::TablePrefix;

/// A pool of connections to one database. Clones share the pool.
///
/// The URL decides the driver:
///
/// | URL | is |
/// |---|---|
/// | `sqlite:path/to/file.db` | an SQLite file, created if it does not exist (feature `sqlite`) |
/// | `sqlite::memory:` | an SQLite database in memory, deleted with the last clone |
/// | `mysql://user:password@host:3306/name`, or `mariadb://…` | MySQL or MariaDB (feature `mysql`) |
///
/// An SQLite file is opened in WAL mode with one writing and several reading connections, so
/// readers never wait for a writer. A database in memory has one connection for everything.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    driver: Arc<Driver>,
    dialect: Dialect,
    observers: Arc<Observers>,
    prefix: Option<Arc<TablePrefix>>,
}

/// A kind of database; see [`Database::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DatabaseKind {
    /// An SQLite file or one in memory.
    Sqlite,
    /// MySQL or MariaDB.
    Mysql,
}

impl DatabaseKind {
    /// As logs and [`StatementEvent::database`] call it: `sqlite` or `mysql`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Mysql => "mysql",
        }
    }
}

/// The pool of a [`Database`].
pub(crate) enum Driver {
    #[cfg(feature = "sqlite")]
    Sqlite(crate::drivers::sqlite::Pool),
    #[cfg(feature = "mysql")]
    Mysql(crate::drivers::mysql::Pool),
}

impl Driver {
    fn kind(&self) -> DatabaseKind {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => DatabaseKind::Sqlite,
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => DatabaseKind::Mysql,
        }
    }
}

impl Database {
    /// Opens a pool and makes sure that the database answers.
    ///
    /// # Errors
    /// A usage error for a URL that names no database;
    /// [`is_unavailable`](Error::is_unavailable) when it does not answer, and also
    /// [`is_timeout`](Error::is_timeout) when it did not answer within the connect timeout.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::options().connect(url).await
    }

    /// Options to change before connecting.
    pub fn options() -> DatabaseOptions {
        DatabaseOptions::default()
    }

    pub(crate) fn new(driver: Driver, dialect: Dialect, options: DatabaseOptions) -> Self {
        let observers = Observers {
            database: driver.kind().name(),
            slow_statement: options.slow_statement,
            hooks: options.hooks,
        };
        Self(Arc::new(Inner {
            driver: Arc::new(driver),
            dialect,
            observers: Arc::new(observers),
            prefix: None,
        }))
    }

    /// Returns another handle to the same pool, whose statements are also reported to `hook`. The hook of
    /// [`DatabaseOptions::on_statement`] observes the statements of all handles.
    #[must_use = "only statements of the new handle are reported to the hook"]
    pub fn on_statement(&self, hook: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static) -> Self {
        let observers = self.observers();
        Self(Arc::new(Inner {
            driver: self.0.driver.clone(),
            dialect: self.0.dialect.clone(),
            observers: Arc::new(observers.with_hook(hook)),
            prefix: self.0.prefix.clone(),
        }))
    }

    /// Another handle to the same pool, whose tables have this prefix.
    pub(crate) fn prefixed(&self, prefix: TablePrefix) -> Self {
        Self(Arc::new(Inner {
            driver: self.0.driver.clone(),
            dialect: self.0.dialect.clone(),
            observers: self.0.observers.clone(),
            prefix: Some(Arc::new(prefix)),
        }))
    }

    /// Whether both handles are to one pool.
    pub(crate) fn has_pool_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0.driver, &other.0.driver)
    }

    /// The prefix of this handle's tables.
    pub(crate) fn prefix(&self) -> Option<&TablePrefix> {
        self.0.prefix.as_deref()
    }

    /// Begins a transaction that ends with [`commit`](Transaction::commit); dropped before, it
    /// is rolled back. On SQLite it takes the one writing connection.
    ///
    /// # Errors
    /// [`is_pool_timeout`](Error::is_pool_timeout) when no connection is free in time; database
    /// errors.
    pub async fn begin(&self) -> Result<Transaction> {
        self.begin_with(TransactionOptions::default()).await
    }

    /// Begins a transaction that only reads, or that sees others in a chosen way.
    ///
    /// # Errors
    /// Those of [`begin`](Self::begin).
    pub async fn begin_with(&self, options: TransactionOptions) -> Result<Transaction> {
        Transaction::begin(self, options).await
    }

    /// Runs the closure in a transaction: commits when it returns `Ok`, rolls back when it
    /// returns `Err` or when the future is dropped.
    ///
    /// ```
    /// # use youku_orm::{Database, sql};
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let sum = db
    ///     .transaction(async |tx| {
    ///         sql("UPDATE account SET fen = fen - 500").execute(&mut *tx).await?;
    ///         sql("SELECT SUM(fen) FROM account").one::<i64>(tx).await
    ///     })
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The closure's own; database errors of BEGIN and COMMIT.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        let mut transaction = self.begin().await?;
        match work(&mut transaction).await {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The caller gets the closure's error. If the rollback fails, the transaction ends with the
                // connection.
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }

    /// Like [`transaction`](Self::transaction), and runs the closure again, up to `attempts`
    /// times in all, when it or the commit fails with a
    /// [retryable](MaybeRetryable::is_retryable) error.
    ///
    /// Each attempt calls a clone of the closure (one that borrows clones for free), so the
    /// closure must do nothing but talk to the transaction. Between attempts it waits 1 ms,
    /// 2 ms, 4 ms … up to 128 ms, shortened by a random part so that rivals drift apart.
    ///
    /// # Errors
    /// The last attempt's.
    pub async fn transaction_retry<T, E, F>(&self, attempts: u32, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction) -> Result<T, E> + Clone,
        E: From<Error> + MaybeRetryable,
    {
        let mut attempt = 1;
        loop {
            match self.transaction(work.clone()).await {
                Err(error) if attempt < attempts && error.is_retryable() => {
                    tokio::time::sleep(pause_before_retry(attempt)).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// Refuses new statements, waits for what runs (transactions and streams that are open
    /// included), and closes every connection. An SQLite file then has everything in it: nothing
    /// is left in its `-wal` file, which is gone.
    ///
    /// Dropping the last handle closes the connections as well, without waiting for it.
    ///
    /// ```
    /// use youku_orm::{Database, sql};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// let clone = db.clone();
    /// db.close().await?;
    /// let refused = sql("SELECT 1").one::<i64>(&clone).await.unwrap_err();
    /// assert!(refused.is_unavailable());
    /// assert_eq!(refused.to_string(), "the database was closed, in: SELECT 1");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Database errors while the connections are closed.
    ///
    /// # Cancel safety
    /// Dropped while it waits, the database stays closed for new statements.
    pub async fn close(self) -> Result<()> {
        match &*self.0.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(pool) => pool.close().await,
            #[cfg(feature = "mysql")]
            Driver::Mysql(pool) => pool.close().await,
        }
    }

    /// Which database answers, for what a program has to write for each.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        self.driver().kind()
    }

    pub(crate) fn driver(&self) -> &Driver {
        &self.0.driver
    }

    /// How this database's SQL differs from the common text.
    pub(crate) fn dialect(&self) -> &Dialect {
        &self.0.dialect
    }

    /// What the statements of this handle report to.
    pub(crate) fn observers(&self) -> &Arc<Observers> {
        &self.0.observers
    }

    /// The name of a model's table in the database.
    pub(crate) fn table_name<'n>(&self, table: &'n str) -> Cow<'n, str> {
        match self.prefix() {
            Some(prefix) => prefix.named(table),
            None => table.into(),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.0.dialect)
            .finish_non_exhaustive()
    }
}
