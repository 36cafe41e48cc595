//! One transaction over the tables of several handles to a pool.

use crate::database::handle::Database;
use crate::database::transaction::Transaction;
use crate::error::{Error, Result};

impl Transaction {
    /// Runs the closure with the tables of another handle to the same pool: under the prefix of that handle, and reported to its
    /// hooks. So a library and its host, whose tables have different prefixes, can write in one transaction.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model, New, Result};
    /// # #[derive(Model)]
    /// # struct Note { #[model(primary_key, auto)] id: Id<Note>, text: String }
    /// # async fn example(host: Database) -> Result<()> {
    /// let library = host.with_table_prefix::<Note>("library_")?;
    /// host.transaction(async |tx| {
    ///     NewNote { text: "into `note`".into() }.insert(&mut *tx).await?;
    ///     let write = async |tx: &mut youku_orm::Transaction| {
    ///         NewNote { text: "into `library_note`".into() }.insert(tx).await.map(drop)
    ///     };
    ///     tx.with_tables_of(&library, write).await
    /// })
    /// .await
    /// # }
    /// ```
    ///
    /// # Errors
    /// Errors of the closure; a usage error for a handle to another pool.
    pub async fn with_tables_of<T, E, F>(&mut self, database: &Database, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        if !self.database.has_pool_of(database) {
            let text = "the transaction belongs to another pool than the handle; begin it with a handle to the same pool";
            return Err(Error::usage(text).into());
        }
        let own = std::mem::replace(&mut self.database, database.clone());
        let lent = OtherTables {
            transaction: self,
            own,
        };
        work(&mut *lent.transaction).await
    }
}

/// Gives the transaction its own handle back, also when the work is dropped.
struct OtherTables<'t> {
    transaction: &'t mut Transaction,
    own: Database,
}

impl Drop for OtherTables<'_> {
    fn drop(&mut self) {
        std::mem::swap(&mut self.transaction.database, &mut self.own);
    }
}
