//! Typed queries over one model.

use std::marker::PhantomData;

use crate::database::executor::{Executor, Target};
use crate::database::future::BoxFuture;
use crate::error::{Error, Result};
use crate::expr::filter::Filter;
use crate::expr::order::IntoOrder;
use crate::expr::source::IsModel;
use crate::query::state::{ReadOnly, Writable};
use crate::sql::clauses::Clauses;
use crate::sql::fragment::{Fragment, Segment, Traits};
use crate::sql::statement::Statement;
use crate::table::facts::Table;

/// Rows of one model: which, in what order, and how many.
///
/// `S` is the query's state, [`ReadOnly`] or [`Writable`]; it keeps an UPDATE or DELETE without a filter from compiling.
/// A filter does not change the state, so it can be added where it is needed:
///
/// ```
/// # use youku_orm::{Database, Id, Model};
/// # #[derive(Model)]
/// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, name: String, is_free: bool }
/// # async fn search(db: &Database, name: Option<&str>) -> youku_orm::Result<Vec<Movie>> {
/// let mut movies = Movie::query().order_by(Movie::NAME);
/// if let Some(name) = name {
///     movies = movies.filter(Movie::NAME.contains(name));
/// }
/// movies.all(db).await
/// # }
/// ```
#[must_use = "a query does nothing until one of its async methods is awaited"]
pub struct Query<M, S = ReadOnly> {
    pub(crate) clauses: Clauses,
    types: PhantomData<fn() -> (M, S)>,
}

impl<M: Table> Query<M, ReadOnly> {
    /// Says that an update or delete is meant for all rows of this query, also if that is the whole table.
    pub fn every_row(mut self) -> Query<M, Writable> {
        self.clauses.every_row = true;
        self.into_state()
    }
}

impl<M: Table, S> Query<M, S> {
    pub(crate) fn new() -> Self {
        Self {
            clauses: Clauses::default(),
            types: PhantomData,
        }
    }

    /// Keeps, of the rows so far, those that the filter lets through. `limit` and `offset` count the rows that are left, also if
    /// they were called before.
    pub fn filter<N: IsModel<M>>(mut self, filter: Filter<N>) -> Self {
        self.clauses.and_filter(filter.into_fragment());
        self
    }

    /// Keeps the rows that the filter lets through; without a filter, it changes nothing.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, name: String, is_free: bool }
    /// # async fn search(db: &Database, name: Option<&str>, free: Option<bool>) -> youku_orm::Result<Vec<Movie>> {
    /// Movie::query()
    ///     .filter_if(name.map(|name| Movie::NAME.contains(name)))
    ///     .filter_if(free.map(|free| Movie::IS_FREE.eq(free)))
    ///     .all(db)
    ///     .await
    /// # }
    /// ```
    pub fn filter_if<N: IsModel<M>>(self, filter: Option<Filter<N>>) -> Self {
        match filter {
            Some(filter) => self.filter(filter),
            None => self,
        }
    }

    /// Orders the rows by a column, ascending, or by an [`Order`](crate::Order) such as `Movie::NAME.desc()`; called again, it
    /// orders rows that are equal so far.
    pub fn order_by<N: IsModel<M>>(mut self, order: impl IntoOrder<N>) -> Self {
        self.clauses.order.push(order.into_order().key);
        self
    }

    /// Reads at most that many rows.
    pub fn limit(mut self, rows: u64) -> Query<M, ReadOnly> {
        self.clauses.limit = Some(rows);
        self.into_state()
    }

    /// Skips that many rows first. The database still visits them.
    pub fn offset(mut self, rows: u64) -> Query<M, ReadOnly> {
        self.clauses.offset = Some(rows);
        self.into_state()
    }

    /// Makes MySQL and MariaDB use this index to find the rows, if their planner chooses a slower plan.
    /// SQLite ignores it. [`explain`](Self::explain) shows the plan.
    ///
    /// When the filter fixes the first columns of an index and matches many rows of the table, they may scan
    /// that index from its beginning to the start of a page: a page of 50 in the middle of 100,000 took MariaDB
    /// 50 ms that way, and 0.4 ms with the index forced. They refuse the query if the table has no index of
    /// that name. An update or delete of these rows is planned without the hint.
    pub fn force_index(mut self, index: &'static str) -> Self {
        let name = index.replace('`', "``");
        let hint = Segment::MysqlOnly(format!(" FORCE INDEX (`{name}`)").into());
        self.clauses.index = Some(Fragment::of(hint));
        self
    }

    /// All rows.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn all<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Vec<M>>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.rows(statement).await })
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn first<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Option<M>>> {
        self.clauses.at_most(1);
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.optional(statement).await })
    }

    /// The only row.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) without a row,
    /// [`is_too_many_rows`](Error::is_too_many_rows) with more than one; database and decode
    /// errors.
    pub fn one<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<M>> {
        self.clauses.at_most(2);
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { only(target.rows(statement).await?, M::TABLE) })
    }

    /// How many rows there are, within `limit` and `offset`.
    ///
    /// # Errors
    /// Database errors.
    pub fn count<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<u64>> {
        if self.clauses.lock && self.clauses.is_paged() {
            return self.lock_each(executor.target());
        }
        // The order does not change the number, and MySQL refuses it together with an aggregate.
        self.clauses.order.clear();
        let statement = if self.clauses.is_paged() {
            self.counting("SELECT COUNT(*) FROM (SELECT 1 FROM ", ") AS `page`")
        } else {
            self.counting("SELECT COUNT(*) FROM ", "")
        };
        let mut target = executor.target();
        Box::pin(async move { target.single(statement).await })
    }

    /// Whether there is at least one row.
    ///
    /// # Errors
    /// Database errors.
    pub fn exists<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<bool>> {
        let mut target = executor.target();
        if self.clauses.lock {
            self.clauses.at_most(1);
            let locked = self.lock_each(target);
            return Box::pin(async move { Ok(locked.await? > 0) });
        }
        let statement = self.reading("SELECT EXISTS(SELECT 1 FROM ", ")");
        Box::pin(async move { target.single(statement).await })
    }

    /// Locks the rows until the transaction ends, so that no other transaction changes them until then.
    ///
    /// SQLite does not need such a lock, because its transactions write one at a time. In a cluster of
    /// MariaDB nodes the lock holds on one node only, so never use it as a mutex.
    pub fn for_update(mut self) -> Self {
        self.clauses.lock = true;
        self
    }

    /// Returns the database's plan for this query as text, for a person to read.
    ///
    /// # Errors
    /// Database errors.
    pub fn explain<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<String>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.explain(statement).await })
    }

    /// Locks the rows and returns their number. `FOR UPDATE` at the end of a statement does not lock rows of
    /// its subqueries (MySQL manual, "Locking Reads"), so this statement reads the rows without a subquery.
    fn lock_each(self, mut target: Target<'_>) -> BoxFuture<'_, Result<u64>> {
        let statement = self.reading("SELECT 1 FROM ", "");
        Box::pin(async move {
            let locked: Vec<i64> = target.rows(statement).await?;
            Ok(locked.len() as u64)
        })
    }

    fn into_state<T>(self) -> Query<M, T> {
        Query {
            clauses: self.clauses,
            types: PhantomData,
        }
    }

    pub(crate) fn statement(self) -> Statement {
        let lock = self.clauses.lock;
        let tail = if self.clauses.is_empty() {
            Fragment::default()
        } else {
            self.clauses.after(Fragment::default(), "")
        };
        Statement::select::<M>(tail).locking(lock)
    }

    fn counting(self, head: &'static str, end: &'static str) -> Statement {
        let counts = Traits {
            counts_rows: true,
            ..Traits::default()
        };
        self.from(Fragment::text(head).with(counts), end)
    }

    fn reading(self, head: &'static str, end: &'static str) -> Statement {
        self.from(Fragment::text(head), end)
    }

    fn from(self, mut head: Fragment, end: &'static str) -> Statement {
        head.append(Fragment::table(M::TABLE));
        self.clauses.statement(head, end)
    }
}

/// The only one of at most two rows.
pub(crate) fn only<T>(rows: Vec<T>, table: &str) -> Result<T> {
    let mut rows = rows.into_iter();
    match (rows.next(), rows.next()) {
        (Some(row), None) => Ok(row),
        (Some(_), Some(_)) => Err(Error::too_many_rows(table)),
        (None, _) => Err(Error::not_found(table)),
    }
}

impl<M, S> Clone for Query<M, S> {
    fn clone(&self) -> Self {
        Self {
            clauses: self.clauses.clone(),
            types: PhantomData,
        }
    }
}

/// Shows the SQL text after FROM, not the values.
impl<M, S> std::fmt::Debug for Query<M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clauses = self.clauses.clone().after(Fragment::default(), "");
        write!(f, "Query({})", clauses.to_string().trim_start())
    }
}
