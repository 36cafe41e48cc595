//! What a program does with a model: find, query, insert, update and delete.

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::error::{Error, Result};
use crate::expr::filter::Filter;
use crate::expr::operand::IntoOperand;
use crate::expr::source::IsModel;
use crate::query::model_query::Query;
use crate::query::state::{ReadOnly, Writable};
use crate::sql::statement::Statement;
use crate::table::facts::{Insertable, Table, value_of, values_of};
use crate::write::insert::{Insert, InsertRows};
use crate::write::row;

/// The methods of a struct with `#[derive(Model)]`; the facts they use are those of [`Table`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "help: put `#[derive(Model)]` on the struct"
)]
pub trait Model: Table {
    /// The row with that key, or `None`.
    ///
    /// # Errors
    /// Database and decode errors.
    fn find<'c>(
        executor: impl Executor + 'c,
        key: impl IntoOperand<Self::Key>,
    ) -> BoxFuture<'c, Result<Option<Self>>> {
        let statement = Statement::find::<Self>(key.into_operand());
        let mut target = executor.target();
        Box::pin(async move { target.optional(statement).await })
    }

    /// The row with that key.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) without such a row; database and decode errors.
    fn get<'c>(
        executor: impl Executor + 'c,
        key: impl IntoOperand<Self::Key>,
    ) -> BoxFuture<'c, Result<Self>> {
        let statement = Statement::find::<Self>(key.into_operand());
        let mut target = executor.target();
        Box::pin(async move {
            let found = target.optional(statement).await?;
            found.ok_or_else(|| Error::not_found(Self::TABLE))
        })
    }

    /// This row as the table has it now: with what a trigger, another program or another transaction changed.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) when the table has no row with this key; database and decode errors.
    fn reload<'c>(&self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Self>> {
        Self::get(executor, self.key())
    }

    /// A query that reads; it covers all rows until it is given a filter.
    fn query() -> Query<Self, ReadOnly> {
        Query::new()
    }

    /// A query over the rows that a filter lets through, which may also update and delete them.
    fn filter<M: IsModel<Self>>(filter: Filter<M>) -> Query<Self, Writable> {
        Query::new().filter(filter)
    }

    /// An insert that still can [`set`](Insert::set) columns that have a default.
    fn insert(new: Self::New) -> Insert<Self> {
        Insert::new(new)
    }

    /// An insert of many rows. It can leave out or change rows that already exist, or return only the number
    /// of rows; see [`InsertRows::or_ignore`], [`InsertRows::on_conflict`] and
    /// [`InsertRows::execute`].
    fn insert_rows(rows: Vec<Self::New>) -> InsertRows<Self> {
        InsertRows::new(rows)
    }

    /// Inserts many rows, in as few statements as the databases' limits allow, and returns them in
    /// their order with their keys. All or none are inserted, also in a transaction that continues. The keys are read from the
    /// database. MySQL cannot return them, so there the rows are part of a transaction, which reads the step between keys in
    /// front of each statement and after it; if the keys are not counted, as those of a view, each row has its own statement.
    ///
    /// # Errors
    /// Database errors; [`is_unique_violation`](Error::is_unique_violation) for a taken value;
    /// [`is_retryable`](Error::is_retryable) on MySQL when the step between keys changes; those of [`Insert::exec`].
    fn insert_many<'c>(
        executor: impl Executor + 'c,
        rows: Vec<Self::New>,
    ) -> BoxFuture<'c, Result<Vec<Self>>> {
        InsertRows::new(rows).exec(executor)
    }

    /// Writes every column of this row to the table, and returns the row as it is in the table.
    ///
    /// If the model has a [`version`](macro@crate::Model#version), the row is written only if the table
    /// still has the version of this value, and the version is then increased by 1. Continue with the
    /// returned row, because this one is then out of date. Its skipped fields have their `Default`.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) when the table has no row with this key;
    /// [`is_version_conflict`](Error::is_version_conflict) when it has another version of the row;
    /// database errors.
    fn update<'c>(&self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Self>> {
        Box::pin(row::update(executor.target(), values_of(self)))
    }

    /// Deletes this row from the table. If the model has a version, the row is deleted only if the table
    /// still has the version of this value.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) when the table has no row with this key;
    /// [`is_version_conflict`](Error::is_version_conflict) when it has another version of the row;
    /// database errors.
    fn delete<'c>(&self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<()>> {
        let position = Self::VERSION.into_iter();
        let mut values = vec![value_of(self, Self::KEY)];
        values.extend(position.map(|version| value_of(self, version)));
        Box::pin(row::delete::<Self>(executor.target(), values))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Table> Model for T {}

/// A row that is not in the table yet; `#[derive(Model)]` on `User` generates `NewUser`.
///
/// It has neither the `auto` key nor the columns with a default.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row of a model",
    label = "not a new row",
    note = "help: `#[derive(Model)]` on `User` writes it: `NewUser`"
)]
pub trait New: Insertable {
    /// Inserts the row and returns it with its key.
    ///
    /// # Errors
    /// [`is_unique_violation`](Error::is_unique_violation) when the key or a unique value is
    /// taken; database errors.
    fn insert<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Self::Model>> {
        Insert::<Self::Model>::new(self).exec(executor)
    }
}

#[diagnostic::do_not_recommend]
impl<N: Insertable> New for N {}
