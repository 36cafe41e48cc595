//! The pool: one lane for the writing connection, one for the reading ones.
//!
//! A statement takes a connection out of its lane, travels with it to a thread that may block,
//! and gives it back there. A caller that goes away leaves the thread to finish: the connection
//! then returns by itself, rolled back if a transaction was open on it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::open::{Open, parse_url};
use super::{run, transaction::Transaction};
use crate::database::DatabaseOptions;
use crate::error::{Class, Error, Result};
use crate::row::FromRow;
use crate::statement::{Executed, Statement};
use crate::stream::Sender;
use crate::transaction::TransactionOptions;

/// The connections to one SQLite database.
pub(crate) struct Pool {
    writer: Arc<Lane>,
    /// The writer itself for a database in memory, which has one connection.
    readers: Arc<Lane>,
}

/// Connections of one kind, opened as they are needed.
pub(super) struct Lane {
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    acquire_timeout: Duration,
    open: Open,
}

/// A connection on loan; it goes back to its lane when it is dropped.
pub(super) struct Loan {
    connection: Option<Connection>,
    lane: Arc<Lane>,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    /// Opens the database of an `sqlite:` URL.
    pub(crate) async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self> {
        let path = parse_url(url)?;
        let open = |writes| Open {
            path: path.clone(),
            writes,
            busy_timeout: options.busy_timeout,
            statement_cache: options.statement_cache,
        };
        let lane = |writes, size| {
            Arc::new(Lane {
                idle: Mutex::new(Vec::new()),
                permits: Arc::new(Semaphore::new(size)),
                acquire_timeout: options.acquire_timeout,
                open: open(writes),
            })
        };
        let writer = lane(true, 1);
        let readers = match path {
            Some(_) => lane(false, options.max_connections),
            None => writer.clone(),
        };
        let pool = Self { writer, readers };
        // The first connection makes the file and switches it to WAL before anybody reads.
        pool.writer.clone().run(|_| Ok(())).await?;
        Ok(pool)
    }

    /// Reads all rows of a statement. Hand-written SQL may write and return rows, which SQLite
    /// itself tells; such a statement moves on to the writing connection.
    pub(crate) async fn rows<T: FromRow>(&self, statement: Statement) -> Result<Vec<T>> {
        let reader = self.readers.clone();
        let attempt = reader.run(move |on| match run::is_readonly(on, &statement)? {
            true => run::rows(on, &statement).map(Ok),
            false => Ok(Err(statement)),
        });
        match attempt.await? {
            Ok(rows) => Ok(rows),
            Err(statement) => {
                let writer = self.writer.clone();
                writer.run(move |on| run::rows(on, &statement)).await
            }
        }
    }

    /// Reads the rows of a statement into a channel, from a thread that may block.
    pub(crate) async fn stream<T: FromRow>(
        &self,
        statement: Statement,
        sender: Sender<T>,
    ) -> Result<()> {
        let loan = self.readers.clone().take().await?;
        let failed = sender.clone();
        tokio::spawn(async move {
            let read = loan
                .run(move |on| run::stream(on, &statement, &sender))
                .await;
            if let Err(error) | Ok((_, Err(error))) = read {
                // Nobody is left to tell when the stream was dropped.
                let _ = failed.send(Err(error)).await;
            }
        });
        Ok(())
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&self, statement: Statement) -> Result<Executed> {
        self.writer
            .clone()
            .run(move |on| run::execute(on, &statement))
            .await
    }

    /// Runs statements in one transaction.
    pub(crate) async fn script(&self, statements: Vec<String>) -> Result<()> {
        self.writer
            .clone()
            .run(move |on| {
                // Taking the write lock at once lets two programs that start together wait for each
                // other instead of failing.
                let transaction =
                    rusqlite::Transaction::new_unchecked(on, TransactionBehavior::Immediate)?;
                for sql in statements {
                    transaction
                        .execute_batch(&sql)
                        .map_err(|error| Error::from(error).in_statement(sql))?;
                }
                Ok(transaction.commit()?)
            })
            .await
    }

    /// Begins a transaction. One that writes takes the write lock at once (IMMEDIATE), so no
    /// statement in the middle can find the database busy.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<Transaction> {
        let (lane, sql) = match options.read_only {
            true => (&self.readers, "BEGIN"),
            false => (&self.writer, "BEGIN IMMEDIATE"),
        };
        let loan = lane.clone().take().await?;
        let (loan, begun) = loan.run(move |on| Ok(on.execute_batch(sql)?)).await?;
        begun?;
        Ok(Transaction::new(loan, options.read_only))
    }

    /// Closes the idle connections and refuses new statements.
    pub(crate) async fn close(&self) -> Result<()> {
        for lane in [&self.readers, &self.writer] {
            lane.permits.close();
            lane.lock_idle().clear();
        }
        Ok(())
    }
}

impl Lane {
    /// Takes a connection, does the work on a thread that may block, and gives it back.
    async fn run<T, W>(self: Arc<Self>, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (_, result) = self.take().await?.run(work).await?;
        result
    }

    async fn take(self: Arc<Self>) -> Result<Loan> {
        let permit = tokio::time::timeout(
            self.acquire_timeout,
            self.permits.clone().acquire_owned(),
        )
        .await
        .map_err(|_| {
            Error::new(
                Class::PoolTimeout,
                "no SQLite connection became free in time; is a statement sent to the database \
                     inside a transaction or a stream on it? send it to the transaction",
            )
        })?
        .map_err(|_| Error::new(Class::Unavailable, "the database was closed"))?;
        let connection = self.lock_idle().pop();
        Ok(Loan {
            connection,
            lane: self,
            _permit: permit,
        })
    }

    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A list of connections is whole whatever panicked while it was locked.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loan {
    /// Does the work on a thread that may block. The connection travels there and back; when
    /// the caller has gone, it returns to its lane from there.
    pub(super) async fn run<T, W>(mut self, work: W) -> Result<(Self, Result<T>)>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let task = tokio::task::spawn_blocking(move || {
            let result = self.connection().and_then(work);
            (self, result)
        });
        match task.await {
            Ok(done) => Ok(done),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(Error::new(
                Class::Unavailable,
                "the runtime is shutting down",
            )),
        }
    }

    fn connection(&mut self) -> Result<&Connection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(self.lane.open.open()?)),
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // An open transaction here means that its owner went away.
        if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        if !self.lane.permits.is_closed() {
            self.lane.lock_idle().push(connection);
        }
    }
}
