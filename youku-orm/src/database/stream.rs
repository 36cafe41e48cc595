//! Streams of rows: as many as there are, in bounded memory.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
#[cfg(feature = "sqlite")]
use tokio::sync::mpsc;

use crate::database::handle::{Database, Driver};
use crate::database::watch::Watch;
#[cfg(feature = "mysql")]
use crate::drivers::mysql::Reading;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::query::model_query::Query;
use crate::sql::statement::Statement;
use crate::types::row::FromRow;

/// The rows of a query, one after another; made by [`Query::stream`].
///
/// At most three times 256 rows are in memory at once, of MySQL one and what the driver has read ahead. The stream keeps a connection of the
/// pool until it ends or is dropped; dropped early, it stops the query.
#[must_use = "a stream that is dropped stops its query"]
pub struct RowStream<T> {
    rows: Rows<T>,
    progress: Progress,
}

/// Where the rows of a stream come from.
pub(crate) enum Rows<T> {
    #[cfg(feature = "sqlite")]
    Sent(Sent<T>),
    #[cfg(feature = "mysql")]
    Read(Reading<T>),
}

impl<T: FromRow> Rows<T> {
    fn poll_next(&mut self, ctx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sent(sent) => sent.poll_next(ctx),
            #[cfg(feature = "mysql")]
            Self::Read(reading) => reading.poll_next(ctx),
        }
    }
}

/// Rows that a thread sends, some at a time; it stops when this is dropped.
#[cfg(feature = "sqlite")]
pub(crate) struct Sent<T> {
    chunks: mpsc::Receiver<Result<Vec<T>>>,
    /// Those that came last and are not read yet.
    rows: std::vec::IntoIter<T>,
}

#[cfg(feature = "sqlite")]
impl<T> Sent<T> {
    pub(crate) fn through(chunks: mpsc::Receiver<Result<Vec<T>>>) -> Self {
        Self {
            chunks,
            rows: Vec::new().into_iter(),
        }
    }

    fn poll_next(&mut self, ctx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            // Most rows are there.
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match std::task::ready!(self.chunks.poll_recv(ctx)) {
                Some(Ok(chunk)) => self.rows = chunk.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// What is told of a stream when it ends, however it ends.
struct Progress {
    /// Gone once the end was told.
    watch: Option<Watch>,
    rows: u64,
    /// How long the reader has waited for rows.
    waited: Duration,
    waiting_since: Option<Instant>,
}

impl Progress {
    fn failed(&mut self, error: Error) -> Error {
        match self.watch.take() {
            Some(watch) => watch.failed(error, self.waited),
            None => error,
        }
    }

    fn ended(&mut self) {
        if let Some(watch) = self.watch.take() {
            watch.succeeded(self.rows, self.waited);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.ended();
    }
}

impl<T: FromRow> RowStream<T> {
    /// The next row; `None` behind the last one.
    ///
    /// # Errors
    /// Database and decode errors; after one the stream has ended.
    ///
    /// # Cancel safety
    /// No row is lost when this future is dropped.
    pub async fn next(&mut self) -> Option<Result<T>> {
        std::future::poll_fn(|ctx| Pin::new(&mut *self).poll_next(ctx)).await
    }
}

impl<T: FromRow> Stream for RowStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let Self { rows, progress } = &mut *self;
        let Poll::Ready(next) = rows.poll_next(ctx) else {
            progress.waiting_since.get_or_insert_with(Instant::now);
            return Poll::Pending;
        };
        if let Some(since) = progress.waiting_since.take() {
            progress.waited += since.elapsed();
        }
        Poll::Ready(match next {
            Some(Ok(row)) => {
                progress.rows += 1;
                Some(Ok(row))
            }
            Some(Err(error)) => Some(Err(progress.failed(error))),
            None => {
                progress.ended();
                None
            }
        })
    }
}

const _: () = {
    const fn crosses_threads<T: Send + Sync>() {}
    crosses_threads::<RowStream<u8>>();
};

// No reference points into the rows, so the stream may move.
impl<T> Unpin for RowStream<T> {}

impl<T> fmt::Debug for RowStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream")
            .field("rows", &self.progress.rows)
            .finish_non_exhaustive()
    }
}

impl<M: Model, S> Query<M, S> {
    /// Reads the rows one after another, however many there are.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, bytes: u64 }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let mut movies = Movie::query().stream(db).await?;
    /// let mut sum = 0;
    /// while let Some(movie) = movies.next().await {
    ///     sum += movie?.bytes;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// A database in memory has one connection: every other statement waits until the stream is
    /// read to its end or dropped. So does a statement for each row where the pool has no second connection.
    ///
    /// MySQL is waited for until it begins to answer, which for a query that sorts may be when it has found all rows. It
    /// sends rows as fast as they are read, and gives up a stream that is not read on for its `net_write_timeout`.
    ///
    /// # Errors
    /// [`is_pool_timeout`](Error::is_pool_timeout) when no connection is free in time.
    /// Errors of the query come out of the stream, or from here what MySQL refuses before its first row. A usage error
    /// after `for_update`.
    ///
    /// # Cancel safety
    /// Dropped, it stops the query and gives the connection back.
    pub async fn stream(self, database: &Database) -> Result<RowStream<M>> {
        start(database, self.statement()).await
    }
}

async fn start<T: FromRow>(database: &Database, mut statement: Statement) -> Result<RowStream<T>> {
    if statement.lock {
        return Err(Error::usage(
            "`for_update` locks until a transaction ends, and a stream has none",
        ));
    }
    statement.sql = database.with_prefix(statement.sql);
    let watch = Watch::start(database, statement.sql.clone());
    let started = match database.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(pool) => pool.stream(statement).await,
        #[cfg(feature = "mysql")]
        Driver::Mysql(pool) => pool.stream(statement).await,
    };
    let waited = watch.elapsed();
    let rows = started.map_err(|error| watch.failed(error, waited))?;
    Ok(RowStream {
        rows,
        progress: Progress {
            watch: Some(watch),
            rows: 0,
            waited,
            waiting_since: None,
        },
    })
}
