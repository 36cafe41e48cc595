//! Updates and deletes of the rows of a query.

use std::fmt;
use std::marker::PhantomData;

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::error::{Error, Result};
use crate::expr::arithmetic::Operator;
use crate::expr::column::{Column, MaySet};
use crate::expr::operand::IntoAssignment;
use crate::expr::source::IsModel;
use crate::query::model_query::Query;
use crate::query::state::MayWrite;
use crate::sql::clauses::Clauses;
use crate::sql::fragment::Fragment;
use crate::sql::statement::Statement;
use crate::table::facts::Table;
use crate::types::column_type::ColumnValue;

impl<M: Table, S> Query<M, S> {
    /// Deletes the rows and returns their number.
    ///
    /// # Errors
    /// [`is_foreign_key_violation`](Error::is_foreign_key_violation) when a row is referred to; a usage error, before anything is
    /// sent, if the filter has no condition, such as [`Filter::all`](crate::Filter::all) of nothing; database errors.
    pub fn delete<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<u64>>
    where
        S: MayWrite,
    {
        let condition = self.clauses.written();
        let mut target = executor.target();
        Box::pin(async move {
            let mut sql = Fragment::text("DELETE FROM ");
            sql.append(Fragment::table(M::TABLE));
            if let Some(condition) = condition? {
                sql.push(" WHERE ").append(condition);
            }
            Ok(target.execute(Statement::built(sql)).await?.rows_affected)
        })
    }

    /// Starts an update of these rows: call `.set(column, value)` as often as needed, then `.update(db)`.
    pub fn set<N: IsModel<M>, T: ColumnValue, Kind: MaySet>(
        self,
        column: Column<N, T, Kind>,
        value: impl IntoAssignment<M, T>,
    ) -> Update<M>
    where
        S: MayWrite,
    {
        Update::new(self.clauses).set(column, value)
    }
}

/// An update of some columns of the rows of a query; see [`Query::set`].
#[must_use = "an update does nothing until `.update(db)` is awaited"]
pub struct Update<M> {
    clauses: Clauses,
    /// The index of each column, and what it is set to.
    assignments: Vec<(usize, Fragment)>,
    model: PhantomData<fn() -> M>,
}

impl<M: Table> Update<M> {
    pub(crate) fn new(clauses: Clauses) -> Self {
        Self {
            clauses,
            assignments: Vec::new(),
            model: PhantomData,
        }
    }

    /// Sets one more column, to a value or to an expression such as `Movie::COUNT + 1`. Setting the key does
    /// not compile, and neither does setting a version, which is increased by 1 in each row automatically.
    ///
    /// An expression that reads a column set *before* it in the same update sees the new value
    /// on MySQL and the old one on SQLite: set such a column last.
    pub fn set<N: IsModel<M>, T: ColumnValue, Kind: MaySet>(
        mut self,
        column: Column<N, T, Kind>,
        value: impl IntoAssignment<M, T>,
    ) -> Self {
        self.assignments
            .push((column.index(), value.into_assignment()));
        self
    }

    /// Runs the update and returns how many rows matched, including those that already had the
    /// values.
    ///
    /// # Errors
    /// [`is_unique_violation`](Error::is_unique_violation) when a unique value is taken; a
    /// usage error, before anything is sent, when a value exceeds its length or the filter has no condition; database errors.
    pub fn update<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<u64>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { Ok(target.execute(statement?).await?.rows_affected) })
    }

    fn statement(self) -> Result<Statement> {
        let mut sql = Fragment::text("UPDATE ");
        sql.append(Fragment::table(M::TABLE));
        for (position, (column, value)) in self.assignments.into_iter().enumerate() {
            check_assignment::<M>(column, Some(&value))?;
            sql.push(if position == 0 { " SET " } else { ", " });
            sql.name(M::COLUMNS[column].name).push(" = ").append(value);
        }
        if let Some(version) = M::VERSION {
            let name = M::COLUMNS[version].name;
            sql.push(", ").name(name).push(" = ");
            sql.append(next_version::<M>(version));
        }
        if let Some(condition) = self.clauses.written()? {
            sql.push(" WHERE ").append(condition);
        }
        Ok(Statement::built(sql))
    }
}

/// The version of a row after a write.
pub(crate) fn next_version<M: Table>(position: usize) -> Fragment {
    let version = &M::COLUMNS[position];
    let one = Fragment::text("1");
    Fragment::column(M::TABLE, version.name).calculated(version.kind, Operator::Add, one)
}

/// Refuses to set the key or the version of a row, or a value that exceeds its length.
pub(crate) fn check_assignment<M: Table>(position: usize, value: Option<&Fragment>) -> Result<()> {
    let column = &M::COLUMNS[position];
    let (name, table) = (column.name, M::TABLE);
    // The values in an expression are parts of a calculation; they are not stored themselves.
    let stored = value.and_then(Fragment::as_value);
    match (column.key, column.version) {
        (false, false) => stored.map_or(Ok(()), |value| column.check_length(value)),
        (true, _) => Err(Error::usage(format!(
            "`{name}` is the primary key of `{table}` and cannot be changed; insert a row with the new key and delete the old one"
        ))),
        (false, true) => Err(Error::usage(format!(
            "`{name}` of `{table}` is its version, which counts automatically; remove the `set`"
        ))),
    }
}

/// Shows the columns that are set, not the values.
impl<M: Table> fmt::Debug for Update<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self
            .assignments
            .iter()
            .map(|(column, _)| M::COLUMNS[*column].name);
        f.debug_list().entries(columns).finish()
    }
}
