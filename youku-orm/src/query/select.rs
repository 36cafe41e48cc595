//! Queries that read chosen columns and expressions instead of whole models.

use std::fmt;
use std::marker::PhantomData;

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::error::Result;
use crate::expr::filter::Filter;
use crate::expr::order::IntoOrder;
use crate::expr::selection::Selection;
use crate::expr::source::{Has, Source};
use crate::query::model_query::only;
use crate::sql::clauses::Clauses;
use crate::sql::fragment::{Fragment, Traits};
use crate::sql::statement::Statement;
use crate::types::row::FromRow;

/// A query over `J` that reads a [`Selection`]; made by [`Query::select`](crate::Query::select)
/// and [`Join::select`](crate::Join::select).
///
/// `Raw` is the type that the database's row is decoded into, and `Row` the type that the program gets. The
/// query names these and not the selection, so that a wrong selection is an error only where it is selected,
/// and not at the methods called after that.
#[must_use = "a query does nothing until one of its async methods is awaited"]
pub struct Select<J, Raw, Row> {
    columns: Vec<Fragment>,
    from: Fragment,
    clauses: Clauses,
    distinct: bool,
    row: fn(Raw) -> Row,
    source: PhantomData<fn() -> J>,
}

impl<J: Source, Raw: FromRow, Row: Send + 'static> Select<J, Raw, Row> {
    pub(crate) fn new<S, Positions>(from: Fragment, clauses: Clauses, selection: S) -> Self
    where
        S: Selection<J, Positions, Raw, Row>,
    {
        Self::of_rows(from, clauses, selection.fragments(), S::row)
    }

    /// A query that reads these columns, each row of them by `row`.
    pub(crate) fn of_rows(
        from: Fragment,
        clauses: Clauses,
        columns: Vec<Fragment>,
        row: fn(Raw) -> Row,
    ) -> Self {
        Self {
            columns,
            from,
            clauses,
            distinct: false,
            row,
            source: PhantomData,
        }
    }

    /// Drops rows that are equal to an earlier one.
    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// Keeps the rows that the filter lets through too.
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

    /// Combines all rows that are equal in these columns into one row; aggregates are then calculated for
    /// each group. Name every column here that is selected together with an aggregate: MySQL refuses others.
    pub fn group_by<G, Positions, GroupRaw, GroupRow>(mut self, columns: G) -> Self
    where
        G: Selection<J, Positions, GroupRaw, GroupRow>,
    {
        let group = self.clauses.group.get_or_insert_default();
        if !group.is_empty() {
            group.push(", ");
        }
        let selected = &self.columns;
        group.append_list(columns.fragments().into_iter().map(|column| {
            let position = column.position_in(selected);
            position.unwrap_or(column)
        }));
        self
    }

    /// Keeps the groups for which the condition holds. The condition may use aggregates.
    pub fn having<M, Position>(mut self, condition: Filter<M>) -> Self
    where
        J: Has<M, Position>,
    {
        self.clauses.and_having(condition.into_fragment());
        self
    }

    /// Orders the rows; called again, it orders rows that are equal so far.
    pub fn order_by<M, Position>(mut self, order: impl IntoOrder<M>) -> Self
    where
        J: Has<M, Position>,
    {
        let mut key = order.into_order().key;
        if let Some(position) = key.by.position_in(&self.columns) {
            key.by = position;
        }
        self.clauses.order.push(key);
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

    /// All rows.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn all<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Vec<Row>>> {
        let (mut target, row, statement) = (executor.target(), self.row, self.statement());
        Box::pin(async move {
            let rows: Vec<Raw> = target.rows(statement).await?;
            Ok(rows.into_iter().map(row).collect())
        })
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn first<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Option<Row>>> {
        self.clauses.at_most(1);
        let (mut target, row, statement) = (executor.target(), self.row, self.statement());
        Box::pin(async move {
            let found: Option<Raw> = target.optional(statement).await?;
            Ok(found.map(row))
        })
    }

    /// The only row.
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) without a row,
    /// [`is_too_many_rows`](crate::Error::is_too_many_rows) with more than one; database and
    /// decode errors.
    pub fn one<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Row>> {
        self.clauses.at_most(2);
        let (mut target, row, statement) = (executor.target(), self.row, self.statement());
        Box::pin(async move {
            let rows: Vec<Raw> = target.rows(statement).await?;
            only(rows, "the result").map(row)
        })
    }

    /// How many rows there are, within `limit` and `offset`: of a grouped query its groups, of a distinct one its different rows.
    ///
    /// # Errors
    /// Database errors.
    pub fn count<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<u64>> {
        if self.clauses.lock {
            // `FOR UPDATE` does not lock the rows of a subquery.
            let (mut target, statement) = (executor.target(), self.statement());
            return Box::pin(async move { Ok(target.rows::<Raw>(statement).await?.len() as u64) });
        }
        let counts = Traits {
            counts_rows: true,
            ..Traits::default()
        };
        let head = Fragment::text("SELECT COUNT(*) FROM (").with(counts);
        let statement = self.nested(head, ") AS `page`");
        let mut target = executor.target();
        Box::pin(async move { target.single(statement).await })
    }

    /// Whether there is at least one row.
    ///
    /// # Errors
    /// Database errors.
    pub fn exists<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<bool>> {
        if self.clauses.lock {
            self.clauses.at_most(1);
            let locked = self.count(executor);
            return Box::pin(async move { Ok(locked.await? > 0) });
        }
        let statement = self.nested(Fragment::text("SELECT EXISTS("), ")");
        let mut target = executor.target();
        Box::pin(async move { target.single(statement).await })
    }

    /// Returns the database's plan for this query as text, for a person to read.
    ///
    /// # Errors
    /// Database errors.
    pub fn explain<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<String>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.explain(statement).await })
    }

    /// This query inside another statement. Its columns get names of their own, because those of a derived table must differ.
    fn nested(mut self, mut head: Fragment, end: &'static str) -> Statement {
        for (position, column) in self.columns.iter_mut().enumerate() {
            column.push(format!(" AS `c{position}`"));
        }
        head.append(self.into_fragment()).push(end);
        Statement::query(head)
    }

    /// The SELECT as it would run.
    pub(crate) fn into_fragment(self) -> Fragment {
        let mut head = Fragment::text(if self.distinct {
            "SELECT DISTINCT "
        } else {
            "SELECT "
        });
        head.append_list(self.columns)
            .push(" FROM ")
            .append(self.from);
        self.clauses.after(head, "")
    }

    fn statement(self) -> Statement {
        let lock = self.clauses.lock;
        Statement::query(self.into_fragment()).locking(lock)
    }
}

impl<J, Raw, Row> Clone for Select<J, Raw, Row> {
    fn clone(&self) -> Self {
        Self {
            columns: self.columns.clone(),
            from: self.from.clone(),
            clauses: self.clauses.clone(),
            distinct: self.distinct,
            row: self.row,
            source: PhantomData,
        }
    }
}

/// Shows the selected columns, not the values.
impl<J, Raw, Row> fmt::Debug for Select<J, Raw, Row> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut columns = Fragment::default();
        columns.append_list(self.columns.iter().cloned());
        write!(f, "Select({columns} FROM {})", self.from)
    }
}
