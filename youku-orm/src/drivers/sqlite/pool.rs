//! The pool: one queue for the writing connection, one for the reading connections.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::drivers::sqlite::connect::{ConnectOptions, parse_url};
use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::connection_queue::ConnectionQueue;
use crate::drivers::sqlite::streamed_rows::StreamedRows;
use crate::drivers::sqlite::transaction::Transaction;
use crate::drivers::sqlite::{run, thread_choice};
use crate::error::Result;
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

impl Pool {
    /// Opens the database of an `sqlite:` URL.
    pub(crate) async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self> {
        let path = parse_url(url)?;
        let queue = |writes, size: u16| {
            let connect = ConnectOptions::new(path.clone(), writes, options);
            ConnectionQueue::new(connect, size, options)
        };
        let writer = queue(true, 1);
        let readers = match path {
            Some(_) => queue(false, options.pool_size()),
            None => writer.clone(),
        };
        let pool = Self { readers, writer };
        // The first connection creates the file and switches it to WAL before any reader opens it.
        let first = pool.writer.acquire().await?;
        let opened = thread_choice::on_blocking_thread(first, || false, |_| Ok(()));
        opened.await?.1?;
        Ok(pool)
    }

    /// Reads all rows of a statement. Hand-written SQL may write and also return rows. SQLite reports
    /// whether it writes, and such a statement moves to the writing connection.
    pub(crate) async fn rows<T: FromRow>(&self, statement: RenderedStatement) -> Result<Vec<T>> {
        let statement = match statement.kind {
            StatementKind::Read | StatementKind::TableScan => {
                return run_on(&self.readers, statement, run::rows::<T>).await;
            }
            StatementKind::WriteFew | StatementKind::Write => statement,
            StatementKind::Unknown => {
                let attempt = run_on(&self.readers, statement, |on, statement| {
                    if run::is_readonly(&on.raw, statement)? {
                        run::rows::<T>(on, statement).map(Ok)
                    } else {
                        Ok(Err(statement.clone()))
                    }
                });
                match attempt.await? {
                    Ok(rows) => return Ok(rows),
                    Err(statement) => statement,
                }
            }
        };
        run_on(&self.writer, statement, run::rows::<T>).await
    }

    /// Reads the rows of a statement on a thread that may block.
    pub(crate) async fn stream<T: FromRow>(
        &self,
        statement: RenderedStatement,
    ) -> Result<StreamedRows<T>> {
        let connection = self.readers.acquire().await?;
        let (sender, receiver) = mpsc::channel(1);
        let (failed, reader) = (sender.clone(), sender.clone());
        tokio::spawn(async move {
            let read = thread_choice::on_blocking_thread(
                connection,
                move || reader.is_closed(),
                move |connection| run::stream(&connection.raw, &statement, &sender),
            )
            .await;
            if let Err(error) | Ok((_, Err(error))) = read {
                // Sending fails if the stream was dropped; then there is no receiver for the error.
                let _ = failed.send(Err(error)).await;
            }
        });
        Ok(StreamedRows::new(receiver))
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&self, statement: RenderedStatement) -> Result<Executed> {
        run_on(&self.writer, statement, run::execute).await
    }

    /// Begins a transaction. A writing transaction takes the write lock at once (IMMEDIATE), so a later
    /// statement in it never finds the database busy.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<Transaction> {
        let (queue, sql) = if options.read_only {
            (&self.readers, "BEGIN")
        } else {
            (&self.writer, "BEGIN IMMEDIATE")
        };
        let connection = queue.acquire().await?;
        let (connection, begun) = thread_choice::control(connection, sql, true).await?;
        begun?;
        Ok(Transaction::new(connection, options.read_only))
    }

    /// Refuses new statements, waits for those that run, and closes every connection.
    pub(crate) async fn close(&self) -> Result<()> {
        let queues = [&self.readers, &self.writer];
        for queue in queues {
            queue.refuse_new();
        }
        for queue in queues {
            queue.close().await?;
        }
        Ok(())
    }
}

/// Runs a statement on a connection of the queue.
async fn run_on<T, W>(
    queue: &Arc<ConnectionQueue>,
    statement: RenderedStatement,
    work: W,
) -> Result<T>
where
    T: Send + 'static,
    W: Fn(&SqliteConnection, &RenderedStatement) -> Result<T> + Send + 'static,
{
    let mut connection = queue.acquire().await?;
    connection.note(statement.effect);
    let (_, result) = thread_choice::run(connection, statement, work).await?;
    result
}
