//! The pool: one queue for the writing connection, one for the reading connections.
//!
//! A statement takes a connection out of its queue and gives it back. A statement that is known to be short
//! runs on the calling thread; any other moves with its connection to a thread that may block. If the caller
//! is cancelled, SQLite is interrupted and the connection returns by itself; a transaction that was open on it
//! is rolled back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};

use crate::drivers::sqlite::connect::{ConnectOptions, parse_url};
use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::run;
use crate::drivers::sqlite::streamed_rows::StreamedRows;
use crate::drivers::sqlite::thread_choice::PooledConnection;
use crate::drivers::sqlite::thread_choice::fairness;
use crate::drivers::sqlite::transaction::Transaction;
use crate::error::{Class, Error, Result};
use crate::settings::options::DatabaseOptions;
use crate::settings::transaction_options::TransactionOptions;
use crate::sql::statement::{Executed, RenderedStatement, StatementKind};
use crate::types::row::FromRow;

/// The connections to one SQLite database.
pub(crate) struct Pool {
    /// For a database in memory this is the writer, because such a database has one connection.
    readers: Arc<ConnectionQueue>,
    /// Dropped last: the last connection that closes empties the WAL, and readers must not write.
    writer: Arc<ConnectionQueue>,
}

/// Boxed, because a connection is large and every statement moves one out and back in.
type Idle = Vec<Box<SqliteConnection>>;

/// Connections of one kind, opened as they are needed.
pub(super) struct ConnectionQueue {
    idle: Mutex<Idle>,
    permits: Semaphore,
    size: u32,
    /// Whether new statements are refused.
    closing: AtomicBool,
    acquire_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    /// How long a statement may occupy the calling thread. Zero moves all statements to other threads.
    pub(super) budget: Duration,
    /// Whether a commit may return without waiting for the disk.
    pub(super) may_commit_at_once: bool,
    open: ConnectOptions,
}

impl Pool {
    /// Opens the database of an `sqlite:` URL.
    pub(crate) async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self> {
        let path = parse_url(url)?;
        let queue = |writes, size: u16| {
            let open = ConnectOptions::new(path.clone(), writes, options);
            Arc::new(ConnectionQueue {
                idle: Mutex::new(Vec::new()),
                permits: Semaphore::new(usize::from(size)),
                size: u32::from(size),
                closing: AtomicBool::new(false),
                acquire_timeout: options.acquire_timeout,
                statement_timeout: options.statement_timeout,
                budget: open.budget,
                may_commit_at_once: open.may_commit_at_once(),
                open,
            })
        };
        let writer = queue(true, 1);
        let readers = match path {
            Some(_) => queue(false, options.pool_size()),
            None => writer.clone(),
        };
        let pool = Self { readers, writer };
        // The first connection creates the file and switches it to WAL before any reader opens it.
        let first = pool.writer.clone().acquire().await?;
        first.run_until(|| false, |_| Ok(())).await?.1?;
        Ok(pool)
    }

    /// Reads all rows of a statement. Hand-written SQL may write and also return rows. SQLite reports
    /// whether it writes, and such a statement moves to the writing connection.
    pub(crate) async fn rows<T: FromRow>(&self, statement: RenderedStatement) -> Result<Vec<T>> {
        let statement = match statement.kind {
            StatementKind::Read | StatementKind::TableScan => {
                return self.readers.run(statement, run::rows::<T>).await;
            }
            StatementKind::WriteFew | StatementKind::Write => statement,
            StatementKind::Unknown => {
                let attempt =
                    self.readers.run(statement, |on, statement| {
                        match run::is_readonly(on, statement)? {
                            true => run::rows::<T>(on, statement).map(Ok),
                            false => Ok(Err(statement.clone())),
                        }
                    });
                match attempt.await? {
                    Ok(rows) => return Ok(rows),
                    Err(statement) => statement,
                }
            }
        };
        self.writer.run(statement, run::rows::<T>).await
    }

    /// Reads the rows of a statement on a thread that may block.
    pub(crate) async fn stream<T: FromRow>(
        &self,
        statement: RenderedStatement,
    ) -> Result<StreamedRows<T>> {
        let connection = self.readers.clone().acquire().await?;
        let (sender, receiver) = mpsc::channel(1);
        let (failed, reader) = (sender.clone(), sender.clone());
        tokio::spawn(async move {
            let read = connection
                .run_until(
                    move || reader.is_closed(),
                    move |handle| run::stream(handle.connection(), &statement, &sender),
                )
                .await;
            if let Err(error) | Ok((_, Err(error))) = read {
                // Sending fails if the stream was dropped; then there is no receiver for the error.
                let _ = failed.send(Err(error)).await;
            }
        });
        Ok(StreamedRows::through(receiver))
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&self, statement: RenderedStatement) -> Result<Executed> {
        self.writer.run(statement, run::execute).await
    }

    /// Begins a transaction. A writing transaction takes the write lock at once (IMMEDIATE), so a later
    /// statement in it never finds the database busy.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<Transaction> {
        let (queue, sql) = match options.read_only {
            true => (&self.readers, "BEGIN"),
            false => (&self.writer, "BEGIN IMMEDIATE"),
        };
        let connection = queue.clone().acquire().await?;
        let (connection, begun) = connection.control(sql, true).await?;
        begun?;
        Ok(Transaction::new(connection, options.read_only))
    }

    /// Refuses new statements, waits for those that run, and closes every connection.
    pub(crate) async fn close(&self) -> Result<()> {
        let queues = [&self.readers, &self.writer];
        for queue in queues {
            queue.closing.store(true, Ordering::SeqCst);
        }
        for queue in queues {
            queue.close().await?;
        }
        Ok(())
    }
}

impl ConnectionQueue {
    /// Takes a connection, runs a statement on it, and gives it back.
    async fn run<T, W>(self: &Arc<Self>, statement: RenderedStatement, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&Connection, &RenderedStatement) -> Result<T> + Send + 'static,
    {
        let mut connection = self.clone().acquire().await?;
        if let Some(result) = connection.run_here(&statement, &work) {
            return result;
        }
        let (_, result) = Box::pin(connection.run_away(statement, work)).await?;
        result
    }

    /// Waits until every connection is back, and closes them.
    async fn close(self: &Arc<Self>) -> Result<()> {
        // Tasks that are already waiting get their permits first. This fails only if another task closes the queue too.
        let Ok(all) = self.permits.acquire_many(self.size).await else {
            return Ok(());
        };
        self.permits.close();
        drop(all);
        let queue = self.clone();
        // Closing the last connection of a file writes its WAL back.
        let closed = tokio::task::spawn_blocking(move || queue.lock_idle().clear()).await;
        closed.map_err(|_| Error::runtime_ends())
    }

    async fn acquire(self: Arc<Self>) -> Result<PooledConnection> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(Error::closed());
        }
        fairness::yield_if_due().await;
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => self.wait_for_permit().await?,
        };
        // `return_connection` returns it together with the connection.
        permit.forget();
        let handle = self.lock_idle().pop();
        Ok(PooledConnection::new(handle, self))
    }

    async fn wait_for_permit(&self) -> Result<SemaphorePermit<'_>> {
        match tokio::time::timeout(self.acquire_timeout, self.permits.acquire()).await {
            Ok(permit) => permit.map_err(|_| Error::closed()),
            Err(_) => Err(Error::new(
                Class::PoolTimeout,
                "no SQLite connection became free in time; is a statement sent to the database \
                 inside a transaction or a stream on it? send it to the transaction",
            )),
        }
    }

    /// Opens a connection of this kind.
    pub(super) fn open(&self) -> Result<SqliteConnection> {
        self.open.open()
    }

    /// Takes a connection back with its permit, for the next statement or to be closed.
    pub(super) fn return_connection(&self, handle: Option<Box<SqliteConnection>>) {
        if !self.permits.is_closed() {
            self.lock_idle().extend(handle);
        }
        self.permits.add_permits(1);
    }

    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        // The list of connections stays consistent, even if a thread panicked while it held the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
