//! Updates of chosen columns in filtered rows.

use std::future::Future;

use crate::column::Column;
use crate::column_type::ColumnValue;
use crate::error::Result;
use crate::executor::Executor;
use crate::filter::Filter;
use crate::model::Model;
use crate::operand::IntoColumn;
use crate::query::push_where;
use crate::statement::Statement;
use crate::value::Value;

/// An update of some columns of the rows of a query; see [`Query::set`](crate::Query::set).
#[derive(Debug)]
#[must_use = "an update does nothing until `.update(db)` is awaited"]
pub struct Update<M> {
    filter: Option<Filter<M>>,
    assignments: Vec<(usize, Value)>,
}

impl<M: Model> Update<M> {
    pub(crate) fn new(filter: Option<Filter<M>>) -> Self {
        Self {
            filter,
            assignments: Vec::new(),
        }
    }

    /// Sets one more column.
    pub fn set<T: ColumnValue>(mut self, column: Column<M, T>, value: impl IntoColumn<T>) -> Self {
        self.assignments.push(column.assign(value));
        self
    }

    /// Runs the update and tells how many rows matched, those that had the values already
    /// included.
    ///
    /// # Errors
    /// [`is_unique_violation`](crate::Error::is_unique_violation) when a unique value is taken;
    /// database errors.
    pub fn update<'c>(
        self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<u64>> + Send {
        let statement = self.statement();
        async move { Ok(executor.target().execute(statement?).await?.rows_affected) }
    }

    fn statement(self) -> Result<Statement> {
        let mut sql = format!("UPDATE `{}`", M::TABLE);
        let mut values = Vec::with_capacity(self.assignments.len());
        for (place, (column, value)) in self.assignments.into_iter().enumerate() {
            M::COLUMNS[column].check_length(&value)?;
            sql.push_str(if place == 0 { " SET `" } else { ", `" });
            sql.push_str(M::COLUMNS[column].name);
            sql.push_str("` = ?");
            values.push(value);
        }
        if let Some(filter) = self.filter {
            push_where(&mut sql, &mut values, filter);
        }
        Ok(Statement::built(sql, values))
    }
}
