//! Streams of a query's rows.

use crate::database::handle::Database;
use crate::database::stream::{RowStream, start};
use crate::error::Result;
use crate::query::model_query::Query;
use crate::table::facts::Table;

impl<M: Table, S> Query<M, S> {
    /// Reads the rows one at a time, so the number of rows does not matter.
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
    /// A database in memory has one connection, so every other statement waits until the stream is read to its end or
    /// dropped. A statement for each row waits in the same way if the pool has no second connection.
    ///
    /// On MySQL this method waits until the server begins to answer. For a query that sorts, this may be only after the
    /// server has found all rows. The server sends rows as fast as they are read, and aborts a stream from which nothing
    /// is read for its `net_write_timeout`.
    ///
    /// # Errors
    /// [`is_pool_timeout`](crate::Error::is_pool_timeout) when no connection is free in time.
    /// Errors of the query come out of the stream, except for those that MySQL reports before the first row: these are
    /// returned here. A usage error after `for_update`.
    ///
    /// # Cancel safety
    /// If the future is dropped, the query is stopped and the connection returns to the pool.
    pub async fn stream(self, database: &Database) -> Result<RowStream<M>> {
        start(database, self.statement()).await
    }
}
