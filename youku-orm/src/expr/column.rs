//! Typed columns: the constants that `#[derive(Model)]` puts on a model.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::operand::IntoColumn;
use crate::expr::order::Order;
use crate::sql::fragment::Fragment;
use crate::sql::order_key::OrderKey;
use crate::table::facts::Table;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::{ColumnKind, ColumnValue};
use crate::types::value::Value;

/// A column of the model `M` that holds a `T`. `Kind` distinguishes the [`PrimaryKey`] and the [`Version`]
/// from the [`Plain`] columns. In an existing row, `set` changes only [`Plain`] columns.
///
/// A comparison takes a value of the column's type (see [`IntoOperand`](crate::bounds::IntoOperand)) and returns a
/// [`Filter<M>`](crate::Filter), so neither a mistyped name nor a column of another table compiles.
pub struct Column<M, T, Kind = Plain> {
    index: usize,
    types: Types<(M, T, Kind)>,
}

/// Types that a column only remembers.
type Types<T> = PhantomData<fn() -> T>;

/// Any [`Column`] but those of the other kinds.
#[derive(Debug, Clone, Copy)]
pub enum Plain {}

/// The kind of a [`Column`] with `#[model(primary_key)]`.
#[derive(Debug, Clone, Copy)]
pub enum PrimaryKey {}

/// The kind of a [`Column`] with `#[model(version)]`.
#[derive(Debug, Clone, Copy)]
pub enum Version {}

/// The kind of a [`Column`] that `set` may change.
#[diagnostic::on_unimplemented(
    message = "the `{Self}` of a row cannot be set",
    label = "not for `set`",
    note = "help: remove this `set`: a version counts automatically, and the key of a row cannot be changed; for another key insert a row with it and delete the old one"
)]
pub trait MaySet {}

impl MaySet for Plain {}

impl<M, T, Kind> Column<M, T, Kind> {
    /// The column at that position in [`Model::COLUMNS`]; written by `#[derive(Model)]`.
    #[doc(hidden)]
    pub const fn at(index: usize) -> Self {
        Self {
            index,
            types: PhantomData,
        }
    }

    pub(crate) fn index(self) -> usize {
        self.index
    }
}

// Methods that do not require `T` to be a column type. So a field whose type is not a column type is
// reported at the field alone, and not where the column is used.
impl<M: Table, T, Kind> Column<M, T, Kind> {
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
        Order::new(self.order_key(false))
    }

    /// Descending order of this column; NULL comes last.
    pub fn desc(self) -> Order<M> {
        Order::new(self.order_key(true))
    }

    pub(crate) fn order_key(self, descending: bool) -> OrderKey {
        OrderKey {
            by: self.fragment(),
            descending,
            column: Some(self.index),
            is_text: self.info().kind == ColumnKind::Text,
        }
    }

    pub(crate) fn fragment(self) -> Fragment {
        Fragment::column(M::TABLE, self.name())
    }
}

impl<M, T: ColumnValue, Kind> Column<M, T, Kind> {
    /// An assignment of this column, for `set`.
    pub(crate) fn assign(self, value: impl IntoColumn<T>) -> (usize, Value) {
        (self.index, value.into_column().into_value())
    }
}

// Written out because a derive would ask the same of `M` and `T`.
impl<M, T, Kind> Clone for Column<M, T, Kind> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, Kind> Copy for Column<M, T, Kind> {}

impl<M: Table, T, Kind> fmt::Debug for Column<M, T, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({}.{})", M::TABLE, self.name())
    }
}
