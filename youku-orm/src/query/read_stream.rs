//! Streams of a query's rows.

use crate::database::handle::Database;
use crate::database::stream::{RowStream, start};
use crate::error::Result;
use crate::query::model_query::Query;
use crate::table::facts::Table;

impl<M: Table, S> Query<M, S> {
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
    /// [`is_pool_timeout`](crate::Error::is_pool_timeout) when no connection is free in time.
    /// Errors of the query come out of the stream, or from here what MySQL refuses before its first row. A usage error
    /// after `for_update`.
    ///
    /// # Cancel safety
    /// Dropped, it stops the query and gives the connection back.
    pub async fn stream(self, database: &Database) -> Result<RowStream<M>> {
        start(database, self.statement()).await
    }
}
