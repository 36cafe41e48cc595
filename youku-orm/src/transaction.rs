//! Transactions: one connection, all or nothing.

use std::fmt;

use crate::database::{Database, Driver};
use crate::error::Result;
use crate::row::FromRow;
use crate::statement::{Executed, Statement};

/// An open transaction, an executor like a database. Dropped without
/// [`commit`](Self::commit) it is rolled back, also when a statement on it was cut off by
/// dropping its future.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction {
    database: Database,
    connection: Connection,
}

enum Connection {
    #[cfg(feature = "sqlite")]
    Sqlite(crate::sqlite::Transaction),
    #[cfg(feature = "mysql")]
    Mysql(crate::mysql::Transaction),
}

impl Transaction {
    pub(crate) async fn begin(database: &Database) -> Result<Self> {
        let connection = match database.driver() {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(pool) => Connection::Sqlite(pool.begin().await?),
            #[cfg(feature = "mysql")]
            Driver::Mysql(pool) => Connection::Mysql(pool.begin().await?),
        };
        Ok(Self {
            database: database.clone(),
            connection,
        })
    }

    /// Makes everything that was done permanent.
    ///
    /// # Errors
    /// [`is_retryable`](crate::Error::is_retryable) when the database could not keep it beside
    /// another transaction; database errors. After
    /// [`is_unavailable`](crate::Error::is_unavailable) it is unknown whether it was kept.
    ///
    /// # Cancel safety
    /// Once polled, the commit runs to its end even when this future is dropped.
    pub async fn commit(self) -> Result<()> {
        match self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.finish("COMMIT").await,
            #[cfg(feature = "mysql")]
            Connection::Mysql(transaction) => transaction.commit().await,
        }
    }

    /// Undoes everything that was done.
    ///
    /// # Errors
    /// Database errors; the transaction ends with its connection then.
    pub async fn rollback(self) -> Result<()> {
        match self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.finish("ROLLBACK").await,
            #[cfg(feature = "mysql")]
            Connection::Mysql(transaction) => transaction.rollback().await,
        }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        match &mut self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.rows(statement).await,
            #[cfg(feature = "mysql")]
            Connection::Mysql(transaction) => transaction.rows(statement).await,
        }
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<Executed> {
        match &mut self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.execute(statement).await,
            #[cfg(feature = "mysql")]
            Connection::Mysql(transaction) => transaction.execute(statement).await,
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}
