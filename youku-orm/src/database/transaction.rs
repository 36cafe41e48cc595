//! Transactions: one connection, all or nothing.
//!
//! Invariants of savepoints, which hold although a future can be dropped at every `.await`:
//!
//! - `depth` is the number of savepoints whose closure runs. It changes only after SAVEPOINT has succeeded, and when the closure
//!   has ended or was dropped. A SAVEPOINT whose future was dropped leaves the transaction without its connection, so nothing
//!   can be sent after it.
//! - `abandoned` is set as soon as the work of a savepoint must be undone: when its closure is dropped or returns an error. Until
//!   the rollback has succeeded, no other statement is sent: each method that sends one calls `undo_abandoned` first, and COMMIT
//!   does too. ROLLBACK undoes everything, so it does not need to.

mod other_tables;

use std::borrow::Cow;
use std::fmt;
use std::pin::pin;

use crate::database::handle::{Database, Driver};
use crate::error::{Error, Result};
use crate::settings::observers::StatementTimer;
use crate::settings::transaction_options::TransactionOptions;
use crate::sql::prefix::TablePrefix;
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;

/// An open transaction. It is an executor, like a database. If it is dropped without
/// [`commit`](Self::commit), it is rolled back, also when a statement on it was cancelled by
/// dropping its future.
///
/// If a statement ends the transaction, as COMMIT does and on MySQL every DDL statement, nothing more is written: later
/// statements and both ends return an error.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction {
    database: Database,
    connection: Connection,
    /// How many savepoints are open.
    depth: u32,
    /// The outermost savepoint whose work was cancelled and must still be rolled back.
    abandoned: Option<u32>,
}

enum Connection {
    #[cfg(feature = "sqlite")]
    Sqlite(crate::drivers::sqlite::Transaction),
    #[cfg(feature = "mysql")]
    Mysql(crate::drivers::mysql::Transaction),
}

impl Transaction {
    pub(crate) async fn begin(database: &Database, options: TransactionOptions) -> Result<Self> {
        // Pinned here, because a future that is passed by value is copied as a whole at every step.
        let begin = pin!(async {
            Ok(match database.driver() {
                #[cfg(feature = "sqlite")]
                Driver::Sqlite(pool) => Connection::Sqlite(pool.begin(options).await?),
                #[cfg(feature = "mysql")]
                Driver::Mysql(pool) => Connection::Mysql(pool.begin(options).await?),
            })
        });
        let timer = StatementTimer::start(database.observers(), Cow::Borrowed("BEGIN"));
        Ok(Self {
            database: database.clone(),
            connection: timer.run(begin, |_| 0).await?,
            depth: 0,
            abandoned: None,
        })
    }

    /// Makes the changes of the transaction permanent.
    ///
    /// # Errors
    /// [`is_retryable`](crate::Error::is_retryable) when the transaction conflicts with another one;
    /// database errors. After [`is_unavailable`](crate::Error::is_unavailable) it is unknown whether
    /// the transaction was committed.
    ///
    /// # Cancel safety
    /// Once COMMIT is sent, it runs to completion even if this future is dropped. If the future is
    /// dropped before that, everything is rolled back.
    pub async fn commit(mut self) -> Result<()> {
        self.undo_abandoned().await?;
        let timer = StatementTimer::start(self.database.observers(), Cow::Borrowed("COMMIT"));
        let commit = pin!(async {
            match self.connection {
                #[cfg(feature = "sqlite")]
                Connection::Sqlite(transaction) => transaction.finish("COMMIT").await,
                #[cfg(feature = "mysql")]
                Connection::Mysql(transaction) => transaction.commit().await,
            }
        });
        timer.run(commit, |()| 0).await
    }

    /// Rolls back the changes of the transaction.
    ///
    /// # Errors
    /// Database errors; the transaction then ends together with its connection.
    pub async fn rollback(self) -> Result<()> {
        let timer = StatementTimer::start(self.database.observers(), Cow::Borrowed("ROLLBACK"));
        let rollback = async {
            match self.connection {
                #[cfg(feature = "sqlite")]
                Connection::Sqlite(transaction) => transaction.finish("ROLLBACK").await,
                #[cfg(feature = "mysql")]
                Connection::Mysql(transaction) => transaction.rollback().await,
            }
        };
        timer.run(rollback, |()| 0).await
    }

    /// Runs the closure inside a savepoint: its changes stay when it returns `Ok`, and are rolled back
    /// when it returns `Err` or is dropped. The transaction continues either way.
    ///
    /// ```
    /// # use youku_orm::{Database, Error, sql};
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// db.transaction(async |tx| {
    ///     sql("UPDATE account SET fen = fen - 500").execute(&mut *tx).await?;
    ///     let bonus = tx.nested(async |tx| {
    ///         sql("INSERT INTO bonus VALUES (1)").execute(tx).await.map(|_| ())
    ///     });
    ///     match bonus.await {
    ///         Err(error) if error.is_unique_violation() => Ok(()), // has it already
    ///         result => result,
    ///     }
    /// })
    /// .await
    /// # }
    /// ```
    ///
    /// # Errors
    /// Errors of the closure; database errors. On MySQL a deadlock rolls back the whole transaction,
    /// savepoints included.
    pub async fn nested<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        self.undo_abandoned().await?;
        let level = self.depth + 1;
        self.text(format!("SAVEPOINT s{level}")).await?;
        self.depth = level;
        let mut savepoint = Savepoint {
            transaction: self,
            level,
            open: true,
        };
        let result = work(savepoint.transaction).await;
        savepoint.open = false;
        let transaction = &mut *savepoint.transaction;
        transaction.depth = level - 1;
        match result {
            Ok(value) => {
                transaction.undo_abandoned().await?;
                transaction
                    .text(format!("RELEASE SAVEPOINT s{level}"))
                    .await?;
                Ok(value)
            }
            Err(error) => {
                transaction.abandoned = Some(level);
                // The caller gets the closure's error. If the rollback fails now, it is tried again before
                // the next statement, which fails if the rollback fails again.
                let _ = transaction.undo_abandoned().await;
                Err(error)
            }
        }
    }

    /// Rolls back the work of savepoints that were dropped before they ended.
    async fn undo_abandoned(&mut self) -> Result<()> {
        if let Some(level) = self.abandoned {
            let undo = match &self.connection {
                // SQLite keeps an old savepoint when a new one gets the same name, and each one makes the next more expensive.
                #[cfg(feature = "sqlite")]
                Connection::Sqlite(_) => {
                    format!("ROLLBACK TO SAVEPOINT s{level}; RELEASE SAVEPOINT s{level}")
                }
                #[cfg(feature = "mysql")]
                Connection::Mysql(_) => format!("ROLLBACK TO SAVEPOINT s{level}"),
            };
            Box::pin(self.text(undo)).await?;
            self.abandoned = None;
        }
        Ok(())
    }

    /// Sets a savepoint for a part of the library's own work.
    pub(crate) async fn set_savepoint(&mut self, name: &'static str) -> Result<()> {
        self.undo_abandoned().await?;
        self.text(format!("SAVEPOINT {name}")).await
    }

    /// Keeps the work since the savepoint, or undoes it after an error.
    pub(crate) async fn end_savepoint<T>(
        &mut self,
        name: &'static str,
        done: Result<T>,
    ) -> Result<T> {
        if done.is_err() {
            // If this fails, the transaction has ended, and the caller gets the error that ended it.
            let _ = self.text(format!("ROLLBACK TO SAVEPOINT {name}")).await;
        }
        let released = self.text(format!("RELEASE SAVEPOINT {name}")).await;
        done.and_then(|done| released.map(|()| done))
    }

    /// Makes it the transaction of a migration step. Its statements may commit, as DDL does on MySQL. Because they may also
    /// change the session, its connection does not serve other users afterwards.
    pub(crate) fn for_migration(&mut self) {
        match &mut self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.for_migration(),
            #[cfg(feature = "mysql")]
            Connection::Mysql(transaction) => transaction.for_migration(),
        }
    }

    /// Runs any number of hand-written statements without values, each ended by `;`.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        self.undo_abandoned().await?;
        if sql.is_empty() {
            return Ok(());
        }
        self.database.dialect().live_tables.forget();
        let sql = TablePrefix::add_to(self.database.prefix(), sql.to_owned().into());
        self.text(sql.into_owned()).await
    }

    /// Runs a statement that has neither values nor rows, unprepared.
    pub(crate) async fn text(&mut self, sql: String) -> Result<()> {
        let timer = StatementTimer::start(self.database.observers(), sql.clone().into());
        let text = async {
            match &mut self.connection {
                #[cfg(feature = "sqlite")]
                Connection::Sqlite(transaction) => transaction.text(sql).await,
                #[cfg(feature = "mysql")]
                Connection::Mysql(transaction) => transaction.text(&sql).await,
            }
        };
        timer.run(text, |()| 0).await
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) async fn rows<T: FromRow>(
        &mut self,
        statement: RenderedStatement,
    ) -> Result<Vec<T>> {
        self.undo_abandoned().await?;
        match &mut self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.rows(statement).await,
            #[cfg(feature = "mysql")]
            Connection::Mysql(transaction) => Box::pin(transaction.rows(statement)).await,
        }
    }

    pub(crate) async fn execute(&mut self, statement: RenderedStatement) -> Result<Executed> {
        self.undo_abandoned().await?;
        match &mut self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.execute(statement).await,
            #[cfg(feature = "mysql")]
            Connection::Mysql(transaction) => Box::pin(transaction.execute(statement)).await,
        }
    }
}

/// Marks its savepoint as abandoned if it is dropped while the work still runs.
struct Savepoint<'t> {
    transaction: &'t mut Transaction,
    level: u32,
    open: bool,
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if self.open {
            self.transaction.depth = self.level - 1;
            self.transaction.abandoned = Some(self.level);
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
