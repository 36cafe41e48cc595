//! Streams that read any number of rows in bounded memory.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;

use crate::database::executor::Target;
use crate::database::handle::{Database, Driver};
#[cfg(feature = "mysql")]
use crate::drivers::mysql::StreamedRows as MysqlRows;
#[cfg(feature = "sqlite")]
use crate::drivers::sqlite::StreamedRows as SqliteRows;
use crate::error::{Error, Result};
use crate::settings::observers::StatementTimer;
use crate::sql::statement::Statement;
use crate::types::row::FromRow;

/// The rows of a query, one at a time; made by [`Query::stream`](crate::Query::stream).
///
/// At most three times 256 rows are in memory at once; on MySQL, one row and what the driver has read ahead. The stream
/// keeps a connection of the pool until it ends or is dropped. If it is dropped early, it stops the query.
#[must_use = "a stream that is dropped stops its query"]
pub struct RowStream<T> {
    rows: Rows<T>,
    progress: Progress,
}

/// Where the rows of a stream come from.
enum Rows<T> {
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteRows<T>),
    #[cfg(feature = "mysql")]
    Mysql(MysqlRows<T>),
}

impl<T: FromRow> Rows<T> {
    fn poll_next(&mut self, ctx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(rows) => rows.poll_next(ctx),
            #[cfg(feature = "mysql")]
            Self::Mysql(rows) => rows.poll_next(ctx),
        }
    }
}

/// Reports the end of a stream to the observers, whether it succeeded, failed or was dropped.
struct Progress {
    /// `None` once the end has been reported.
    timer: Option<StatementTimer>,
    rows: u64,
    /// How long the reader has waited for rows.
    waited: Duration,
    waiting_since: Option<Instant>,
}

impl Progress {
    fn failed(&mut self, error: Error) -> Error {
        match self.timer.take() {
            Some(timer) => timer.failed(error, self.waited),
            None => error,
        }
    }

    fn ended(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.succeeded(self.rows, self.waited);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.ended();
    }
}

impl<T: FromRow> RowStream<T> {
    /// Returns the next row, or `None` after the last one.
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

/// Starts a query whose rows are read one at a time.
pub(crate) async fn start<T: FromRow>(
    database: &Database,
    statement: Statement,
) -> Result<RowStream<T>> {
    if statement.locks() {
        return Err(Error::usage(
            "`for_update` locks rows until a transaction ends, and a stream is not part of one",
        ));
    }
    Target::Database(database)
        .look_up_sorted(&statement)
        .await?;
    let statement = statement.render(database.dialect(), database.prefix());
    let timer = StatementTimer::start(database.observers(), statement.sql.clone());
    let started = match database.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(pool) => pool.stream(statement).await.map(Rows::Sqlite),
        #[cfg(feature = "mysql")]
        Driver::Mysql(pool) => pool.stream(statement).await.map(Rows::Mysql),
    };
    let waited = timer.elapsed();
    let rows = started.map_err(|error| timer.failed(error, waited))?;
    Ok(RowStream {
        rows,
        progress: Progress {
            timer: Some(timer),
            rows: 0,
            waited,
            waiting_since: None,
        },
    })
}
