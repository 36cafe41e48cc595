//! Queries over several models at once.

use std::fmt;
use std::marker::PhantomData;

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::error::Result;
use crate::expr::filter::Filter;
use crate::expr::on::On;
use crate::expr::order::IntoOrder;
use crate::expr::selection::Selection;
use crate::expr::source::{Has, Left, Source, WholeRow, columns};
use crate::query::model_query::Query;
use crate::query::select::Select;
use crate::sql::clauses::Clauses;
use crate::sql::fragment::{Fragment, Traits};
use crate::table::facts::Table;
use crate::types::row::FromRow;

impl<M: Table, S> Query<M, S> {
    /// Joins the rows of another model; a row without a partner is left out.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model)]
    /// # struct User { #[model(primary_key, auto)] u_id: Id<User>, name: String }
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, user_id: Id<User> }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let with_owner: Vec<(Movie, User)> =
    ///     Movie::query().join(Movie::USER_ID.on(User::U_ID)).all(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn join<N: Table>(self, on: On<M, N>) -> Join<(M, N)> {
        Join::of_one(self).extend(" JOIN ", N::TABLE, on.condition)
    }

    /// Joins the rows of another model; a row without a partner stays, with `None`.
    pub fn left_join<N: Table>(self, on: On<M, N>) -> Join<(M, Left<N>)> {
        Join::of_one(self).extend(" LEFT JOIN ", N::TABLE, on.condition)
    }

    /// Reads chosen columns and expressions of the rows.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model, count_all};
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, year: u16, bytes: u64 }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let by_year: Vec<(u16, u64, Option<u64>)> = Movie::query()
    ///     .select((Movie::YEAR, count_all(), Movie::BYTES.sum()))
    ///     .group_by(Movie::YEAR)
    ///     .having(count_all::<Movie>().gt(10u64))
    ///     .all(db)
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn select<T, Positions, Raw: FromRow, Row: Send + 'static>(
        self,
        selection: T,
    ) -> Select<(M,), Raw, Row>
    where
        T: Selection<(M,), Positions, Raw, Row>,
    {
        Select::new(Fragment::table(M::TABLE), self.clauses, selection)
    }
}

/// A query over joined models; `J` is the tuple of its sides.
#[must_use = "a query does nothing until one of its async methods is awaited"]
pub struct Join<J> {
    pub(crate) from: Fragment,
    pub(crate) clauses: Clauses,
    sides: PhantomData<fn() -> J>,
}

impl<M: Table> Join<(M,)> {
    pub(crate) fn of_one<S>(mut query: Query<M, S>) -> Self {
        let mut from = Fragment::table(M::TABLE);
        if let Some(index) = query.clauses.index.take() {
            from.append(index);
        }
        Self {
            from,
            clauses: query.clauses,
            sides: PhantomData,
        }
    }
}

impl<A: 'static, B: 'static> Join<(A, B)>
where
    (A, B): Source,
{
    /// Joins a third model.
    pub fn join<M, N: Table, Position>(self, on: On<M, N>) -> Join<(A, B, N)>
    where
        (A, B): Has<M, Position>,
    {
        self.extend(" JOIN ", N::TABLE, on.condition)
    }

    /// Joins a third model; a row without a partner stays, with `None`.
    pub fn left_join<M, N: Table, Position>(self, on: On<M, N>) -> Join<(A, B, Left<N>)>
    where
        (A, B): Has<M, Position>,
    {
        self.extend(" LEFT JOIN ", N::TABLE, on.condition)
    }
}

impl<J> Join<J> {
    fn extend<K>(mut self, word: &'static str, name: &'static str, condition: Fragment) -> Join<K> {
        self.from
            .push(word)
            .append(Fragment::table(name))
            .push(" ON ")
            .append(condition);
        Join {
            from: self.from,
            clauses: self.clauses,
            sides: PhantomData,
        }
    }
}

impl<J: Source> Join<J> {
    /// Keeps the rows that the filter lets through.
    pub fn filter<M, Position>(mut self, filter: Filter<M>) -> Self
    where
        J: Has<M, Position>,
    {
        self.clauses.and_filter(filter.into_fragment());
        self
    }

    /// Keeps the rows that the filter lets through; without a filter, it changes nothing.
    pub fn filter_if<M, Position>(self, filter: Option<Filter<M>>) -> Self
    where
        J: Has<M, Position>,
    {
        match filter {
            Some(filter) => self.filter(filter),
            None => self,
        }
    }

    /// Orders the rows. Another call orders the rows that are equal so far.
    pub fn order_by<M, Position>(mut self, order: impl IntoOrder<M>) -> Self
    where
        J: Has<M, Position>,
    {
        self.clauses.order.push(order.into_order().key);
        self
    }

    /// Reads at most that many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.clauses.limit = Some(rows);
        self
    }

    /// Skips that many rows first. The database still visits them.
    pub fn offset(mut self, rows: u64) -> Self {
        self.clauses.offset = Some(rows);
        self
    }

    /// Reads chosen columns and expressions; a column of a left-joined model is an `Option`.
    pub fn select<T, Positions, Raw: FromRow, Row: Send + 'static>(
        self,
        selection: T,
    ) -> Select<J, Raw, Row>
    where
        T: Selection<J, Positions, Raw, Row>,
    {
        Select::new(self.from, self.clauses, selection)
    }

    /// All rows, as tuples of models.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn all<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Vec<J::Row>>> {
        self.rows().all(executor)
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn first<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Option<J::Row>>> {
        self.rows().first(executor)
    }

    /// The only row.
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) without a row,
    /// [`is_too_many_rows`](crate::Error::is_too_many_rows) with more than one; database and
    /// decode errors.
    pub fn one<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<J::Row>> {
        self.rows().one(executor)
    }

    /// How many rows there are, within `limit` and `offset`.
    ///
    /// # Errors
    /// Database errors.
    pub fn count<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<u64>> {
        if self.clauses.lock {
            // `FOR UPDATE` does not lock the rows of a subquery.
            return self.rows().count(executor);
        }
        let mut head = Fragment::text("SELECT COUNT(*) FROM (SELECT 1 FROM ").with(Traits {
            counts_rows: true,
            ..Traits::default()
        });
        head.append(self.from);
        let statement = self.clauses.statement(head, ") AS `page`");
        let mut target = executor.target();
        Box::pin(async move { target.single(statement).await })
    }

    /// Whether there is at least one row.
    ///
    /// # Errors
    /// Database errors.
    pub fn exists<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<bool>> {
        self.rows().exists(executor)
    }

    /// Returns the database's plan for this query as text, for a person to read.
    ///
    /// # Errors
    /// Database errors.
    pub fn explain<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<String>> {
        self.rows().explain(executor)
    }

    /// The same rows as a selection of every column.
    fn rows(self) -> Select<J, WholeRow<J>, J::Row> {
        Select::of_rows(self.from, self.clauses, columns::<J>(), |row| row.0)
    }
}

/// A table's name in backticks.
impl<J> Clone for Join<J> {
    fn clone(&self) -> Self {
        Self {
            from: self.from.clone(),
            clauses: self.clauses.clone(),
            sides: PhantomData,
        }
    }
}

/// Shows the joined tables, not the values.
impl<J> fmt::Debug for Join<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Join({})", self.from)
    }
}

/// Shows the condition.
impl<M, N> fmt::Debug for On<M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "On({})", self.condition)
    }
}
