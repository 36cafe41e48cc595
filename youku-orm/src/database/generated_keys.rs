//! Inserts rows whose keys the database makes, and finds out these keys.
//!
//! A key is read and not guessed. A row whose key cannot be known does not stay in the table:
//!
//! - SQLite reports the key of one row and returns those of many. Where a trigger or the type of the table can interfere, the
//!   driver looks the row up before it commits.
//! - MySQL reports the number that its AUTO_INCREMENT column has counted to. If the key is not counted, as in a view or with a
//!   DEFAULT of its own, MariaDB returns it, and MySQL reports it at most for one row. Then the row is undone without one.
//! - MySQL without RETURNING reports the first key of many. InnoDB numbers the rows of one INSERT with a constant step, which
//!   changes when a node joins a cluster, so the step is read before and after the INSERT.

use crate::database::executor::Target;
use crate::database::transaction::Transaction;
use crate::error::{Class, Error, Result};
use crate::sql::fragment::Fragment;
use crate::sql::insertion::{AutoKey, GeneratedKey, Insertion};
use crate::sql::statement::Statement;
use crate::table::facts::{Table, has_auto_key};
use crate::types::value::Value;

impl Target<'_> {
    /// Whether the INSERT of several rows needs a transaction, because their keys are known only after a second look.
    pub(crate) fn must_count_keys<M: Table>(&self) -> bool {
        has_auto_key::<M>() && !self.database().dialect().returns_rows
    }

    /// Whether several rows can be inserted with one statement, and all their keys are known.
    pub(crate) async fn inserts_together<M: Table>(&mut self) -> Result<bool> {
        match AutoKey::of::<M>().filter(|_| self.must_count_keys::<M>()) {
            Some(key) => self.reports_keys::<M>(key).await,
            None => Ok(true),
        }
    }

    /// Whether the driver itself reports every key.
    async fn reports_keys<M: Table>(&mut self, key: AutoKey) -> Result<bool> {
        if self.database().dialect().is_sqlite() {
            return Ok(true);
        }
        Ok(self.live_table(M::TABLE).await?.counts(key))
    }

    /// Runs an INSERT of one row and returns its key. `None` without an `auto` key.
    pub(crate) async fn insert_row<M: Table>(
        &mut self,
        statement: Statement,
    ) -> Result<Option<Value>> {
        let Some(key) = AutoKey::of::<M>() else {
            self.execute(statement.inserting(Insertion::of::<M>(1, None)))
                .await?;
            return Ok(None);
        };
        if self.reports_keys::<M>(key).await? {
            let done = self
                .execute(statement.inserting(Insertion::of::<M>(1, Some(key))))
                .await?;
            return key.value(done.generated, M::TABLE).map(Some);
        }
        let keys = Box::pin(self.insert_undoably::<M>(statement, 1, key)).await?;
        Ok(keys.into_iter().next())
    }

    /// Runs an INSERT of several rows and returns the key of each. Without an `auto` key, it returns none.
    pub(crate) async fn insert_rows<M: Table>(
        &mut self,
        statement: Statement,
        rows: usize,
    ) -> Result<Vec<Value>> {
        let Some(key) = AutoKey::of::<M>() else {
            self.execute(statement.inserting(Insertion::of::<M>(rows, None)))
                .await?;
            return Ok(Vec::new());
        };
        if self.database().dialect().returns_rows {
            return if self.reports_keys::<M>(key).await? {
                self.returned::<M>(statement, rows, key).await
            } else {
                Box::pin(self.insert_undoably::<M>(statement, rows, key)).await
            };
        }
        let statement = statement.inserting(Insertion::of::<M>(rows, Some(key)).counting_keys());
        let done = self.execute(statement).await?;
        let GeneratedKey(first) = done.generated;
        let number = |row: usize| first + row as i128 * i128::from(done.key_step);
        let keys = (0..rows).map(|row| key.value(GeneratedKey(number(row)), M::TABLE));
        keys.collect()
    }

    /// Runs an INSERT that returns its keys.
    async fn returned<M: Table>(
        &mut self,
        statement: Statement,
        rows: usize,
        key: AutoKey,
    ) -> Result<Vec<Value>> {
        let mut returning = Fragment::text(" RETURNING ");
        returning.name(key.0.name);
        let mut statement = statement.inserting(Insertion::of::<M>(rows, Some(key)));
        statement.append(returning);
        let keys: Vec<GeneratedKey> = self.rows(statement).await?;
        let keys = keys.into_iter().map(|number| key.value(number, M::TABLE));
        keys.collect()
    }

    /// Inserts rows into a table of MySQL whose keys may be unknown, and undoes that then. Without RETURNING it is one row.
    async fn insert_undoably<M: Table>(
        &mut self,
        statement: Statement,
        rows: usize,
        key: AutoKey,
    ) -> Result<Vec<Value>> {
        match self {
            Target::Database(database) => {
                let mut transaction = database.begin().await?;
                let keys = insert_and_require::<M>(&mut transaction, statement, rows, key).await?;
                transaction.commit().await?;
                Ok(keys)
            }
            Target::Transaction(transaction) => {
                let savepoint = "new_row";
                transaction.set_savepoint(savepoint).await?;
                let done = insert_and_require::<M>(transaction, statement, rows, key).await;
                transaction.end_savepoint(savepoint, done).await
            }
        }
    }
}

async fn insert_and_require<M: Table>(
    transaction: &mut Transaction,
    statement: Statement,
    rows: usize,
    key: AutoKey,
) -> Result<Vec<Value>> {
    let mut target = Target::Transaction(transaction);
    if target.database().dialect().returns_rows {
        return target.returned::<M>(statement, rows, key).await;
    }
    let done = target
        .execute(statement.inserting(Insertion::of::<M>(1, Some(key))))
        .await?;
    // The server reports 0 for a key that it has not counted.
    if done.generated == GeneratedKey(0) {
        return Err(unknown::<M>(key));
    }
    Ok(vec![key.value(done.generated, M::TABLE)?])
}

fn unknown<M: Table>(key: AutoKey) -> Error {
    let (table, name) = (M::TABLE, key.0.name);
    Error::new(
        Class::Schema,
        format!(
            "the database does not say which key `{table}`.`{name}` got, so nothing was inserted: the column is not \
             AUTO_INCREMENT, and the server has no RETURNING; insert with `execute`, or remove `auto` and set the key yourself"
        ),
    )
}
