//! Queries that read chosen columns and expressions instead of whole models.

use std::fmt;
use std::marker::PhantomData;

use crate::clauses::Clauses;
use crate::column::Column;
use crate::column_type::ColumnValue;
use crate::error::Result;
use crate::executor::Executor;
use crate::expr::Expr;
use crate::filter::Filter;
use crate::fragment::Fragment;
use crate::model::Model;
use crate::order::Order;
use crate::query::only;
use crate::row::FromRow;
use crate::source::{Has, Side, Source};
use crate::statement::Statement;

/// One thing that a query over `J` can select or group by: a [`Column`] or an [`Expr`].
///
/// A column of a left-joined model is read as an `Option`. An expression is read as its own type: over
/// a left-joined model select the column, or filter out the rows without a partner.
pub trait Selectable<J, Place> {
    /// What the cell is read as.
    type Cell: ColumnValue;

    #[doc(hidden)]
    fn select(self) -> Fragment;
}

impl<J, M: Model, T: ColumnValue, Place> Selectable<J, Place> for Column<M, T>
where
    J: Has<M, Place>,
{
    type Cell = <J::Side as Side>::Cell<T>;

    fn select(self) -> Fragment {
        self.fragment()
    }
}

impl<J, M: Model, T: ColumnValue, Place> Selectable<J, Place> for Expr<M, T>
where
    J: Has<M, Place>,
{
    type Cell = T;

    fn select(self) -> Fragment {
        self.into_fragment()
    }
}

/// What a query over `J` reads: one column or expression, or a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "this query cannot select `{Self}`",
    note = "help: select a column such as `User::USERNAME`, an expression, or a tuple of up to eight"
)]
pub trait Selection<J, Places> {
    /// What the database's row is read as.
    #[doc(hidden)]
    type Raw: FromRow;
    /// What a row of the query is: the cell's type, or a tuple.
    type Row;

    #[doc(hidden)]
    fn push(self, list: &mut Fragment);
    #[doc(hidden)]
    fn row(raw: Self::Raw) -> Self::Row;
}

macro_rules! single {
    ($name:ident) => {
        impl<J, M, T, Place> Selection<J, Place> for $name<M, T>
        where
            Self: Selectable<J, Place>,
        {
            type Raw = (<Self as Selectable<J, Place>>::Cell,);
            type Row = <Self as Selectable<J, Place>>::Cell;

            fn push(self, list: &mut Fragment) {
                list.append(self.select());
            }

            fn row(raw: Self::Raw) -> Self::Row {
                raw.0
            }
        }
    };
}
single!(Column);
single!(Expr);

macro_rules! tuple {
    ($first:ident $first_place:ident $($name:ident $place:ident)*) => {
        impl<J, $first, $first_place, $($name, $place),*>
            Selection<J, ($first_place, $($place,)*)> for ($first, $($name,)*)
        where
            $first: Selectable<J, $first_place>,
            $($name: Selectable<J, $place>,)*
        {
            type Raw = ($first::Cell, $($name::Cell,)*);
            type Row = Self::Raw;

            #[expect(non_snake_case, reason = "a type parameter names its own value")]
            fn push(self, list: &mut Fragment) {
                let ($first, $($name,)*) = self;
                list.append($first.select());
                $(list.push(", ").append($name.select());)*
            }

            fn row(raw: Self::Raw) -> Self::Row {
                raw
            }
        }
    };
}
tuple!(A PA);
tuple!(A PA B PB);
tuple!(A PA B PB C PC);
tuple!(A PA B PB C PC D PD);
tuple!(A PA B PB C PC D PD E PE);
tuple!(A PA B PB C PC D PD E PE F PF);
tuple!(A PA B PB C PC D PD E PE F PF G PG);
tuple!(A PA B PB C PC D PD E PE F PF G PG H PH);

/// Types that a query only remembers.
type Types<T> = PhantomData<fn() -> T>;

/// A query over `J` that reads a [`Selection`]; made by [`Query::select`](crate::Query::select)
/// and [`Join::select`](crate::Join::select).
#[must_use = "a query does nothing until one of its async methods is awaited"]
pub struct Select<J, S, Places> {
    columns: Fragment,
    from: Fragment,
    clauses: Clauses,
    distinct: bool,
    types: Types<(J, S, Places)>,
}

impl<J: Source, S: Selection<J, Places>, Places> Select<J, S, Places> {
    pub(crate) fn new(from: Fragment, clauses: Clauses, selection: S) -> Self {
        let mut columns = Fragment::default();
        selection.push(&mut columns);
        Self {
            columns,
            from,
            clauses,
            distinct: false,
            types: PhantomData,
        }
    }

    /// Drops rows that are equal to an earlier one.
    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// Keeps the rows that the filter lets through too.
    pub fn filter<M, Place>(mut self, filter: Filter<M>) -> Self
    where
        J: Has<M, Place>,
    {
        self.clauses.and_filter(filter.into_fragment());
        self
    }

    /// Makes one row of all rows that are equal in these columns; aggregates then count within
    /// the group. Every column selected beside an aggregate belongs here: MySQL refuses others.
    pub fn group_by<G: Selection<J, GroupPlaces>, GroupPlaces>(mut self, columns: G) -> Self {
        let group = self.clauses.group.get_or_insert_default();
        if !group.sql.is_empty() {
            group.push(", ");
        }
        columns.push(group);
        self
    }

    /// Keeps the groups for which the condition holds; it may use aggregates.
    pub fn having<M, Place>(mut self, condition: Filter<M>) -> Self
    where
        J: Has<M, Place>,
    {
        self.clauses.and_having(condition.into_fragment());
        self
    }

    /// Orders the rows; called again, it orders rows that are equal so far.
    pub fn order_by<M, Place>(mut self, order: Order<M>) -> Self
    where
        J: Has<M, Place>,
    {
        self.clauses.order.push(order.key);
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
    pub async fn all<'c>(self, executor: impl Executor<'c>) -> Result<Vec<S::Row>> {
        let rows: Vec<S::Raw> = executor.target().rows(self.statement()).await?;
        Ok(rows.into_iter().map(S::row).collect())
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// Database and decode errors.
    pub async fn first<'c>(mut self, executor: impl Executor<'c>) -> Result<Option<S::Row>> {
        self.clauses.at_most(1);
        let row: Option<S::Raw> = executor.target().optional(self.statement()).await?;
        Ok(row.map(S::row))
    }

    /// The only row.
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) without a row,
    /// [`is_too_many_rows`](crate::Error::is_too_many_rows) with more than one; database and
    /// decode errors.
    pub async fn one<'c>(mut self, executor: impl Executor<'c>) -> Result<S::Row> {
        self.clauses.at_most(2);
        let rows: Vec<S::Raw> = executor.target().rows(self.statement()).await?;
        only(rows, "the selection").map(S::row)
    }

    /// The SELECT as it would run.
    pub(crate) fn into_fragment(self) -> Fragment {
        let mut head = Fragment::text(if self.distinct {
            "SELECT DISTINCT "
        } else {
            "SELECT "
        });
        head.append(self.columns).push(" FROM ").append(self.from);
        self.clauses.after(head, "")
    }

    fn statement(self) -> Statement {
        let lock = self.clauses.lock;
        let Fragment { sql, values } = self.into_fragment();
        Statement {
            lock,
            ..Statement::built(sql, values)
        }
    }
}

impl<J, S, Places> Clone for Select<J, S, Places> {
    fn clone(&self) -> Self {
        Self {
            columns: self.columns.clone(),
            from: self.from.clone(),
            clauses: self.clauses.clone(),
            distinct: self.distinct,
            types: PhantomData,
        }
    }
}

/// Shows the selected columns, not the values.
impl<J, S, Places> fmt::Debug for Select<J, S, Places> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Select({} FROM {})", self.columns.sql, self.from.sql)
    }
}
