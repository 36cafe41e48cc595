//! The pool: one lane for the writing connection, one for the reading ones.
//!
//! A statement takes a connection out of its lane, travels with it to a thread that may block,
//! and gives it back there. When the caller goes away SQLite is interrupted, and the connection
//! returns by itself, rolled back if a transaction was open on it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::loan::Loan;
use super::open::{Open, parse_url};
use super::{run, transaction::Transaction};
use crate::error::{Class, Error, Result};
use crate::options::DatabaseOptions;
use crate::row::FromRow;
use crate::statement::{Executed, Statement};
use crate::stream::Sender;
use crate::transaction::TransactionOptions;

/// The connections to one SQLite database.
pub(crate) struct Pool {
    /// The writer itself for a database in memory, which has one connection.
    readers: Arc<Lane>,
    /// Dropped last: the last connection to close empties the WAL, and readers must not write.
    writer: Arc<Lane>,
}

/// Connections of one kind, opened as they are needed.
pub(super) struct Lane {
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    size: u32,
    /// Whether new statements are refused.
    closing: AtomicBool,
    acquire_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    open: Open,
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
        let lane = |writes, size: u16| {
            Arc::new(Lane {
                idle: Mutex::new(Vec::new()),
                permits: Arc::new(Semaphore::new(usize::from(size))),
                size: u32::from(size),
                closing: AtomicBool::new(false),
                acquire_timeout: options.acquire_timeout,
                statement_timeout: options.statement_timeout,
                open: open(writes),
            })
        };
        let writer = lane(true, 1);
        let readers = match path {
            Some(_) => lane(false, options.pool_size()),
            None => writer.clone(),
        };
        let pool = Self { readers, writer };
        // The first connection makes the file and switches it to WAL before anybody reads.
        let first = pool.writer.clone().take().await?;
        first.run_to_the_end(|_| Ok(())).await?.1?;
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
        let (failed, reader) = (sender.clone(), sender.clone());
        tokio::spawn(async move {
            let read = loan
                .run_until(
                    move || reader.is_closed(),
                    move |on| run::stream(on, &statement, &sender),
                )
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

    /// Begins a transaction. One that writes takes the write lock at once (IMMEDIATE), so no
    /// statement in the middle can find the database busy.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<Transaction> {
        let (lane, sql) = match options.read_only {
            true => (&self.readers, "BEGIN"),
            false => (&self.writer, "BEGIN IMMEDIATE"),
        };
        let loan = lane.clone().take().await?;
        let begin = loan.run_to_the_end(move |on| Ok(on.execute_batch(sql)?));
        let (loan, begun) = begin.await?;
        begun?;
        Ok(Transaction::new(loan, options.read_only))
    }

    /// Refuses new statements, waits for what runs, and closes every connection.
    pub(crate) async fn close(&self) -> Result<()> {
        let lanes = [&self.readers, &self.writer];
        for lane in lanes {
            lane.closing.store(true, Ordering::SeqCst);
        }
        for lane in lanes {
            lane.close().await?;
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

    /// Waits until every connection is back, and closes them.
    async fn close(self: &Arc<Self>) -> Result<()> {
        // Whoever waits already comes first. Refused only when somebody else closes it too.
        let Ok(all) = self.permits.acquire_many(self.size).await else {
            return Ok(());
        };
        self.permits.close();
        drop(all);
        let lane = self.clone();
        // Closing the last connection of a file writes its WAL back.
        let closed = tokio::task::spawn_blocking(move || lane.lock_idle().clear()).await;
        closed.map_err(|_| Error::runtime_ends())
    }

    async fn take(self: Arc<Self>) -> Result<Loan> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(Error::closed());
        }
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
        .map_err(|_| Error::closed())?;
        let connection = self.lock_idle().pop();
        Ok(Loan::new(connection, self, permit))
    }

    /// Opens a connection of this kind.
    pub(super) fn open(&self) -> Result<Connection> {
        self.open.open()
    }

    /// Takes a connection back, for the next statement or to be closed.
    pub(super) fn give_back(&self, connection: Connection) {
        if !self.permits.is_closed() {
            self.lock_idle().push(connection);
        }
    }

    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A list of connections is whole whatever panicked while it was locked.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
