//! Typed columns: the constants that `#[derive(Model)]` puts on a model.

use std::fmt;
use std::marker::PhantomData;

use crate::column_type::ColumnValue;
use crate::fragment::Fragment;
use crate::model::{ColumnInfo, Model};
use crate::operand::IntoColumn;
use crate::order::Order;
use crate::value::Value;

/// A column of the model `M` that holds a `T`.
///
/// A comparison takes a value of the column's own type (see [`IntoOperand`](crate::IntoOperand)) and gives a
/// [`Filter<M>`](crate::Filter), so neither a mistyped name nor a column of another table compiles.
pub struct Column<M, T> {
    index: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at that place in [`Model::COLUMNS`]; written by `#[derive(Model)]`.
    #[doc(hidden)]
    pub const fn at(index: usize) -> Self {
        Self {
            index,
            types: PhantomData,
        }
    }
}

impl<M: Model, T: ColumnValue> Column<M, T> {
    /// What the model says about this column.
    pub fn info(self) -> &'static ColumnInfo {
        &M::COLUMNS[self.index]
    }

    /// The column's name in the table.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Ascending order of this column; NULL comes first.
    pub fn asc(self) -> Order<M> {
        Order::new(self.fragment(), false, Some(self.index))
    }

    /// Descending order of this column; NULL comes last.
    pub fn desc(self) -> Order<M> {
        Order::new(self.fragment(), true, Some(self.index))
    }

    /// An assignment of this column, for `set`.
    pub(crate) fn assign(self, value: impl IntoColumn<T>) -> (usize, Value) {
        (self.index, value.into_column().into_value())
    }

    pub(crate) fn index(self) -> usize {
        self.index
    }

    pub(crate) fn fragment(self) -> Fragment {
        Fragment::path(M::TABLE, self.name())
    }
}

// Written out because a derive would ask the same of `M` and `T`.
impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Model, T: ColumnValue> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({}.{})", M::TABLE, self.name())
    }
}
