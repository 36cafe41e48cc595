//! Conditions of joins: a column of one model that is equal to a column of another.

use std::marker::PhantomData;

use crate::expr::column::Column;
use crate::sql::fragment::Fragment;
use crate::table::facts::Table;
use crate::types::column_type::ColumnValue;

/// A column of `M` that is equal to a column of `N`; made by [`Column::on`].
#[must_use = "a condition does nothing until it is given to `join`"]
pub struct On<M, N> {
    pub(crate) condition: Fragment,
    types: PhantomData<fn() -> (M, N)>,
}

/// The type of a column that is joined with one of type `T`: the same.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be joined on one of `{Self}`",
    label = "expected a column of `{T}`",
    note = "help: join columns of one type; one or both may be an `Option` of it"
)]
pub trait JoinsWith<T> {}

impl<T> JoinsWith<T> for T {}

impl<M: Table, T: ColumnValue, Kind> Column<M, T, Kind> {
    /// The condition of a join: this column of the query is equal to that one of the model to
    /// join. Both hold the same type; one or both may be `Option`s.
    pub fn on<N, U, OtherKind>(self, other: Column<N, U, OtherKind>) -> On<M, N>
    where
        N: Table,
        U: ColumnValue<Inner: JoinsWith<T::Inner>>,
    {
        On {
            condition: self.fragment().then(" = ", other.fragment()),
            types: PhantomData,
        }
    }
}
