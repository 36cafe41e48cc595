//! Typed queries over one model: select, count, update and delete.

use std::future::Future;
use std::marker::PhantomData;

use crate::column::{Column, push_path};
use crate::column_type::ColumnValue;
use crate::error::{Error, Result};
use crate::executor::Executor;
use crate::filter::Filter;
use crate::model::Model;
use crate::operand::IntoColumn;
use crate::order::{Direction, Order};
use crate::statement::Statement;
use crate::update::Update;
use crate::value::Value;

/// A query that still covers every row.
#[derive(Debug, Clone, Copy)]
pub enum Whole {}

/// A query that a filter, or [`Query::every_row`], has narrowed on purpose.
#[derive(Debug, Clone, Copy)]
pub enum Narrowed {}

/// A query that reads a part of its rows, by `limit` or `offset`.
#[derive(Debug, Clone, Copy)]
pub enum Paged {}

/// The state of a [`Query`] in which it may update and delete.
#[diagnostic::on_unimplemented(
    message = "this query may not update or delete",
    label = "it covers the whole table, or only a page of it",
    note = "help: narrow it with `.filter(…)`, or say `.every_row()`; `limit` and `offset` only read"
)]
pub trait MayWrite {}

impl MayWrite for Narrowed {}

/// Rows of one model: which, in what order, and how many.
///
/// `S` is the query's state, one of [`Whole`], [`Narrowed`] and [`Paged`]; it keeps an UPDATE or
/// DELETE without a filter from compiling.
#[must_use = "a query does nothing until one of its async methods is awaited"]
pub struct Query<M, S = Whole> {
    filter: Option<Filter<M>>,
    order: Vec<Order<M>>,
    limit: Option<u64>,
    offset: Option<u64>,
    state: PhantomData<fn() -> S>,
}

impl<M: Model> Query<M, Whole> {
    pub(crate) fn new() -> Self {
        Self {
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            state: PhantomData,
        }
    }

    /// Says that an update or delete is meant for every row of the table.
    pub fn every_row(self) -> Query<M, Narrowed> {
        self.into_state()
    }

    /// Keeps the rows that the filter lets through.
    pub fn filter(mut self, filter: Filter<M>) -> Query<M, Narrowed> {
        self.filter = Some(filter);
        self.into_state()
    }
}

impl<M: Model> Query<M, Narrowed> {
    /// Keeps, of the rows so far, those that this filter lets through too.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(first) => first.and(filter),
            None => filter,
        });
        self
    }
}

impl<M: Model, S> Query<M, S> {
    /// Orders the rows; called again, it orders rows that are equal so far.
    pub fn order_by(mut self, order: Order<M>) -> Self {
        self.order.push(order);
        self
    }

    /// Reads at most that many rows.
    pub fn limit(mut self, rows: u64) -> Query<M, Paged> {
        self.limit = Some(rows);
        self.into_state()
    }

    /// Skips that many rows first. The database still visits them.
    pub fn offset(mut self, rows: u64) -> Query<M, Paged> {
        self.offset = Some(rows);
        self.into_state()
    }

    /// All rows.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn all<'c>(
        self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<Vec<M>>> + Send {
        let statement = self.select();
        async move { executor.target().rows(statement).await }
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// Database and decode errors.
    pub fn first<'c>(
        mut self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<Option<M>>> + Send {
        self.limit = Some(self.limit.unwrap_or(1).min(1));
        let statement = self.select();
        async move { executor.target().optional(statement).await }
    }

    /// The only row.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) without a row,
    /// [`is_too_many_rows`](Error::is_too_many_rows) with more than one; database and decode
    /// errors.
    pub fn one<'c>(
        mut self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<M>> + Send {
        self.limit = Some(self.limit.unwrap_or(2).min(2));
        let statement = self.select();
        async move {
            let mut rows = executor.target().rows::<M>(statement).await?;
            match (rows.pop(), rows.is_empty()) {
                (Some(row), true) => Ok(row),
                (Some(_), false) => Err(Error::too_many_rows(M::TABLE)),
                (None, _) => Err(Error::not_found(M::TABLE)),
            }
        }
    }

    /// How many rows there are, within `limit` and `offset`.
    ///
    /// # Errors
    /// Database errors.
    pub fn count<'c>(
        mut self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<u64>> + Send {
        // The order does not change the number, and MySQL refuses it beside an aggregate.
        self.order.clear();
        let statement = if self.limit.is_none() && self.offset.is_none() {
            self.tail("SELECT COUNT(*) FROM `", "")
        } else {
            self.tail("SELECT COUNT(*) FROM (SELECT 1 FROM `", ") AS `page`")
        };
        async move { executor.target().single(statement).await }
    }

    /// Whether there is at least one row.
    ///
    /// # Errors
    /// Database errors.
    pub fn exists<'c>(
        self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<bool>> + Send {
        let statement = self.tail("SELECT EXISTS(SELECT 1 FROM `", ")");
        async move { executor.target().single(statement).await }
    }

    /// Deletes the rows and tells how many they were.
    ///
    /// # Errors
    /// [`is_foreign_key_violation`](Error::is_foreign_key_violation) when a row is referred to;
    /// database errors.
    pub fn delete<'c>(
        mut self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<u64>> + Send
    where
        S: MayWrite,
    {
        self.order.clear();
        let statement = self.tail("DELETE FROM `", "");
        async move { Ok(executor.target().execute(statement).await?.rows_affected) }
    }

    /// Begins an update of these rows: `.set(column, value)`, again as needed, then `.update(db)`.
    pub fn set<T: ColumnValue>(self, column: Column<M, T>, value: impl IntoColumn<T>) -> Update<M>
    where
        S: MayWrite,
    {
        Update::new(self.filter).set(column, value)
    }

    fn into_state<T>(self) -> Query<M, T> {
        Query {
            filter: self.filter,
            order: self.order,
            limit: self.limit,
            offset: self.offset,
            state: PhantomData,
        }
    }

    fn select(self) -> Statement {
        if self.filter.is_none()
            && self.order.is_empty()
            && self.limit.is_none()
            && self.offset.is_none()
        {
            return Statement::fixed(M::SELECT, Vec::new());
        }
        let mut sql = String::with_capacity(M::SELECT.len() + 64);
        sql.push_str(M::SELECT);
        self.finish(sql, "")
    }

    /// A statement that begins with `head`, the table's name, and ends with `end`.
    fn tail(self, head: &str, end: &str) -> Statement {
        let mut sql = String::with_capacity(head.len() + M::TABLE.len() + 64);
        sql.push_str(head);
        sql.push_str(M::TABLE);
        sql.push('`');
        self.finish(sql, end)
    }

    /// Appends the clauses after FROM.
    fn finish(self, mut sql: String, end: &str) -> Statement {
        let mut values = Vec::new();
        if let Some(filter) = self.filter {
            push_where(&mut sql, &mut values, filter);
        }
        for (place, order) in self.order.iter().enumerate() {
            sql.push_str(if place == 0 { " ORDER BY " } else { ", " });
            push_path::<M>(&mut sql, M::COLUMNS[order.column].name);
            if order.direction == Direction::Descending {
                sql.push_str(" DESC");
            }
        }
        if self.limit.is_some() || self.offset.is_some() {
            // OFFSET needs a LIMIT in both databases; this one is beyond any table.
            let limit = self.limit.unwrap_or(u64::MAX).min(i64::MAX.unsigned_abs());
            sql.push_str(" LIMIT ?");
            values.push(Value::U64(limit));
        }
        if let Some(offset) = self.offset {
            sql.push_str(" OFFSET ?");
            values.push(Value::U64(offset.min(i64::MAX.unsigned_abs())));
        }
        sql.push_str(end);
        Statement::built(sql, values)
    }
}

/// Appends `WHERE` and the filter.
pub(crate) fn push_where<M>(sql: &mut String, values: &mut Vec<Value>, filter: Filter<M>) {
    let (text, bound) = filter.into_parts();
    sql.push_str(" WHERE ");
    sql.push_str(&text);
    values.extend(bound);
}

impl<M, S> Clone for Query<M, S> {
    fn clone(&self) -> Self {
        Self {
            filter: self.filter.clone(),
            order: self.order.clone(),
            limit: self.limit,
            offset: self.offset,
            state: PhantomData,
        }
    }
}

impl<M, S> std::fmt::Debug for Query<M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Query")
            .field("filter", &self.filter.as_ref().map(Filter::sql))
            .field("limit", &self.limit)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
