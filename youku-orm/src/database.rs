//! A database: a pool of connections to MySQL or to an SQLite file, chosen by URL.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::dialect::Dialect;
use crate::error::{Error, MaybeRetryable, Result};
use crate::schema::{self, Tables};
use crate::transaction::{Transaction, TransactionOptions};

/// A pool of connections to one database. Clones share the pool.
///
/// The URL decides the driver:
///
/// | URL | is |
/// |---|---|
/// | `sqlite:path/to/file.db` | an SQLite file, made when it is not there |
/// | `sqlite::memory:` | an SQLite database in memory, gone with the last clone |
/// | `mysql://user:password@host:3306/name`, or `mariadb://…` | MySQL or MariaDB (feature `mysql`) |
///
/// An SQLite file is opened in WAL mode with one writing and several reading connections, so
/// readers never wait for a writer. A database in memory has one connection for everything.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    driver: Driver,
    dialect: Dialect,
    options: DatabaseOptions,
}

/// The pool behind a [`Database`].
pub(crate) enum Driver {
    #[cfg(feature = "sqlite")]
    Sqlite(crate::sqlite::Pool),
    #[cfg(feature = "mysql")]
    Mysql(crate::mysql::Pool),
}

/// How a [`Database`] connects; see [`Database::options`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DatabaseOptions {
    /// The most connections at once. For an SQLite file these are the reading ones, beside the
    /// one that writes. Default: 10.
    pub max_connections: usize,
    /// How long a statement waits for a free connection before it fails with
    /// [`is_pool_timeout`](Error::is_pool_timeout). Default: 30 seconds.
    pub acquire_timeout: Duration,
    /// How long SQLite waits for a lock of another process before it fails with
    /// [`is_retryable`](Error::is_retryable). Default: 5 seconds.
    pub busy_timeout: Duration,
    /// How many prepared statements each connection keeps. Default: 256.
    pub statement_cache: usize,
    /// A statement that takes this long is logged as a warning. Default: 1 second.
    pub slow_statement: Duration,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            acquire_timeout: Duration::from_secs(30),
            busy_timeout: Duration::from_secs(5),
            statement_cache: 256,
            slow_statement: Duration::from_secs(1),
        }
    }
}

impl DatabaseOptions {
    /// Sets [`max_connections`](Self::max_connections); 0 counts as 1.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Sets [`acquire_timeout`](Self::acquire_timeout).
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// Sets [`busy_timeout`](Self::busy_timeout).
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Sets [`statement_cache`](Self::statement_cache).
    #[must_use]
    pub fn statement_cache(mut self, statements: usize) -> Self {
        self.statement_cache = statements;
        self
    }

    /// Sets [`slow_statement`](Self::slow_statement).
    #[must_use]
    pub fn slow_statement(mut self, threshold: Duration) -> Self {
        self.slow_statement = threshold;
        self
    }

    /// Connects; see [`Database::connect`].
    ///
    /// # Errors
    /// Those of [`Database::connect`].
    pub async fn connect(self, url: &str) -> Result<Database> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        let (driver, dialect) = match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let pool = crate::sqlite::Pool::connect(url, &self).await?;
                (Driver::Sqlite(pool), Dialect::sqlite())
            }
            #[cfg(not(feature = "sqlite"))]
            "sqlite" => return Err(feature_off("sqlite")),
            #[cfg(feature = "mysql")]
            "mysql" | "mariadb" => {
                let (pool, dialect) = crate::mysql::Pool::connect(url, &self).await?;
                (Driver::Mysql(pool), dialect)
            }
            #[cfg(not(feature = "mysql"))]
            "mysql" | "mariadb" => return Err(feature_off("mysql")),
            _ => {
                return Err(Error::usage(
                    "the database URL must begin with `sqlite:` or `mysql://`, as in `sqlite:youku.db`",
                ));
            }
        };
        Ok(Database(Arc::new(Inner {
            driver,
            dialect,
            options: self,
        })))
    }
}

#[cfg(not(all(feature = "sqlite", feature = "mysql")))]
fn feature_off(feature: &str) -> Error {
    Error::usage(format!(
        "this URL needs the feature `{feature}` of `youku-orm`, which is off"
    ))
}

impl Database {
    /// Opens a pool and makes sure that the database answers.
    ///
    /// # Errors
    /// A usage error for a URL that names no database;
    /// [`is_unavailable`](Error::is_unavailable) when it does not answer.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::options().connect(url).await
    }

    /// Options to change before connecting.
    pub fn options() -> DatabaseOptions {
        DatabaseOptions::default()
    }

    /// Creates the tables of these models, with their indexes, where they are missing. Tables
    /// that exist are left as they are.
    ///
    /// Takes one model or a tuple of up to twelve: `db.create_tables::<(User, Movie)>()`.
    ///
    /// # Errors
    /// Database errors. MySQL commits each table on its own, so tables before the failing one
    /// stay.
    pub async fn create_tables<T: Tables>(&self) -> Result<()> {
        schema::create_tables(self, &T::tables()).await
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
                // The closure's error is the one to tell; a rollback that fails ends with the
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

    /// Closes every connection once it is idle; statements sent after that fail.
    ///
    /// # Errors
    /// Database errors while saying goodbye.
    pub async fn close(self) -> Result<()> {
        match &self.0.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(pool) => pool.close().await,
            #[cfg(feature = "mysql")]
            Driver::Mysql(pool) => pool.close().await,
        }
    }

    pub(crate) fn driver(&self) -> &Driver {
        &self.0.driver
    }

    /// How this database's SQL differs from the common text.
    pub(crate) fn dialect(&self) -> &Dialect {
        &self.0.dialect
    }

    pub(crate) fn settings(&self) -> &DatabaseOptions {
        &self.0.options
    }
}

/// Exponential with "equal jitter": half of the time is fixed, half is random.
fn pause_before_retry(attempt: u32) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let full = 1_000_u64 << (attempt - 1).min(7);
    let random = RandomState::new().hash_one(attempt) % (full / 2);
    Duration::from_micros(full / 2 + random)
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.0.dialect)
            .finish_non_exhaustive()
    }
}
