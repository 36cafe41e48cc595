//! Structs that hold what a query selects, field by field.

use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::expr::selection::Selectable;
use crate::expr::source::Source;
use crate::query::join::Join;
use crate::query::model_query::Query;
use crate::query::select::Select;
use crate::sql::fragment::Fragment;
use crate::table::facts::Table;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnValue;
use crate::types::row::{FromRow, Row};

/// A struct that a query over `J` can be read into; made by `#[derive(Projection)]`.
#[diagnostic::on_unimplemented(
    message = "this query cannot be read into `{Self}`",
    label = "not made for this query",
    note = "help: write `#[derive(Projection)]` with `#[model(from = User)]` for a query over `User`, or `from = (Book, Left<User>)` with every side of a join"
)]
pub trait Projection<J>: Sized + Send + 'static {
    /// The type that a row of the database is read as. A query names this type and not `Projected`, so that
    /// a struct that is not a projection of the query causes one error, not one for each method.
    #[doc(hidden)]
    type Raw: FromRow + Holds<Self>;

    /// Visits the cell of each field, in the order of the fields. `None` if one of them returned `None`.
    #[doc(hidden)]
    fn visit<C: Cells<J>>(cells: &mut C) -> Option<Self>;
}

/// What happens to the cells of a projection: they are listed, or read.
///
/// One method for both, so that generated code names each column once and a mistake in it is one
/// error.
#[doc(hidden)]
pub trait Cells<J> {
    fn cell<T, S, Position, Cell>(&mut self, selected: impl FnOnce() -> S) -> Option<T>
    where
        S: Selectable<J, Position, Cell>,
        Cell: ColumnValue + ReadAs<T>;
}

/// A cell that a field of type `T` takes: one of exactly this type.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` cannot hold what the query reads, `{Self}`",
    label = "expected `{Self}`",
    note = "help: write `{Self}`"
)]
pub trait ReadAs<T> {
    fn read_as(self) -> T;
}

impl<T> ReadAs<T> for T {
    fn read_as(self) -> T {
        self
    }
}

/// Writes the list of a SELECT.
struct List<'a>(&'a mut Vec<Fragment>);

impl<J> Cells<J> for List<'_> {
    fn cell<T, S, Position, Cell>(&mut self, selected: impl FnOnce() -> S) -> Option<T>
    where
        S: Selectable<J, Position, Cell>,
        Cell: ColumnValue + ReadAs<T>,
    {
        self.0.push(selected().select());
        None
    }
}

/// Reads one row, up to the first cell that does not fit.
struct Cursor<'r, R> {
    row: &'r mut R,
    next: usize,
    error: Option<Error>,
}

impl<J, R: Row> Cells<J> for Cursor<'_, R> {
    fn cell<T, S, Position, Cell>(&mut self, _: impl FnOnce() -> S) -> Option<T>
    where
        S: Selectable<J, Position, Cell>,
        Cell: ColumnValue + ReadAs<T>,
    {
        let index = self.next;
        self.next += 1;
        if self.error.is_some() {
            return None;
        }
        match Cell::decode(self.row, index) {
            Ok(cell) => Some(cell.read_as()),
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}

/// Reads a projection from the first cells of a row; called by generated code.
///
/// # Errors
/// A decode error when a cell does not fit its field.
pub fn read_projection<J, P: Projection<J>, R: Row>(row: &mut R) -> Result<P> {
    let mut cursor = Cursor {
        row,
        next: 0,
        error: None,
    };
    P::visit(&mut cursor).ok_or_else(|| {
        let error = cursor.error;
        error.expect("a projection is complete unless a cell gave an error")
    })
}

/// A row of a query over `J`, read into `P`.
#[doc(hidden)]
pub struct Projected<J, P>(P, PhantomData<fn() -> J>);

/// What a `P` is taken out of.
#[doc(hidden)]
pub trait Holds<P> {
    fn into_projection(self) -> P;
}

impl<J, P> Holds<P> for Projected<J, P> {
    fn into_projection(self) -> P {
        self.0
    }
}

impl<J: 'static, P: Projection<J>> FromRow for Projected<J, P> {
    const COLUMNS: Option<&'static [ColumnInfo]> = None;

    fn from_row<R: Row>(row: &mut R) -> Result<Self> {
        Ok(Self(read_projection(row)?, PhantomData))
    }
}

impl<M: Table, S> Query<M, S> {
    /// Reads chosen columns and expressions of the rows into a struct with
    /// [`#[derive(Projection)]`](macro@crate::Projection).
    pub fn select_as<P: Projection<(M,)>>(self) -> Select<(M,), P::Raw, P> {
        Join::of_one(self).select_as()
    }
}

impl<J: Source> Join<J> {
    /// Reads chosen columns and expressions into a struct with
    /// [`#[derive(Projection)]`](macro@crate::Projection), whose `from` names all sides of the join.
    pub fn select_as<P: Projection<J>>(self) -> Select<J, P::Raw, P> {
        let mut columns = Vec::new();
        let _: Option<P> = P::visit(&mut List(&mut columns));
        Select::of_rows(self.from, self.clauses, columns, P::Raw::into_projection)
    }
}
