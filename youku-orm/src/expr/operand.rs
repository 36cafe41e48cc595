//! Rust values that can be compared with a column.

use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::sql::fragment::Fragment;
use crate::table::facts::Table;
use crate::types::column_type::{ColumnType, ColumnValue};
use crate::types::value::Value;

/// A value to compare a column of type `T` with: `T` itself, `&T`, and `&str` for `String`.
///
/// An `Option` is not accepted, because `column = NULL` is never true in SQL.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be compared with `{Self}`",
    label = "expected `{T}`",
    note = "help: for NULL use `.is_null()` or `.is_not_null()`; for a value pass `{T}` or `&{T}`"
)]
pub trait IntoOperand<T: ColumnType>: Send {
    /// The value to bind.
    fn into_operand(self) -> Value;
}

impl<T: ColumnType> IntoOperand<T> for T {
    fn into_operand(self) -> Value {
        ColumnType::into_value(self)
    }
}

impl<T: ColumnType> IntoOperand<T> for &T {
    fn into_operand(self) -> Value {
        let mut value = Value::Null;
        ColumnType::bind(self, &mut value);
        value
    }
}

impl IntoOperand<String> for &str {
    fn into_operand(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl IntoOperand<Vec<u8>> for &[u8] {
    fn into_operand(self) -> Value {
        Value::Bytes(self.to_owned())
    }
}

/// What a comparison of a column or expression of `M` with the type `T` takes: a value (see
/// [`IntoOperand`]), or another column or expression of `M`.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be compared with `{Self}`",
    label = "expected `{T}`",
    note = "help: for NULL use `.is_null()` or `.is_not_null()`; for a value pass `{T}` or `&{T}`"
)]
pub trait IntoExpr<M, T: ColumnType> {
    /// `T`, or `Option<T>` for a column or an expression that can be NULL.
    type Value: ColumnValue<Inner = T>;

    #[doc(hidden)]
    fn into_expr(self) -> Fragment;
}

// Values one by one: a blanket over `IntoOperand` would overlap with columns, for which another
// crate might implement it.
impl<M, T: ColumnType> IntoExpr<M, T> for T {
    type Value = T;

    fn into_expr(self) -> Fragment {
        Fragment::operand(T::KIND, self.into_operand())
    }
}

impl<M, T: ColumnType> IntoExpr<M, T> for &T {
    type Value = T;

    fn into_expr(self) -> Fragment {
        Fragment::operand(T::KIND, self.into_operand())
    }
}

impl<M> IntoExpr<M, String> for &str {
    type Value = String;

    fn into_expr(self) -> Fragment {
        Fragment::value(self.into_operand())
    }
}

impl<M> IntoExpr<M, Vec<u8>> for &[u8] {
    type Value = Vec<u8>;

    fn into_expr(self) -> Fragment {
        Fragment::value(self.into_operand())
    }
}

impl<M: Table, T: ColumnValue, Kind> IntoExpr<M, T::Inner> for Column<M, T, Kind> {
    type Value = T;

    fn into_expr(self) -> Fragment {
        self.fragment()
    }
}

impl<M: Table, T: ColumnValue, Kind> IntoExpr<M, T::Inner> for Expr<M, T, Kind> {
    type Value = T;

    fn into_expr(self) -> Fragment {
        self.into_fragment()
    }
}

/// A value to put into a column of type `T`: `T` itself, `&str` for `String`, and either
/// without the `Some` for an `Option`.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be set to `{Self}`",
    label = "expected `{T}`",
    note = "help: write a `{T}`, or convert the value with `.into()`"
)]
pub trait IntoColumn<T: ColumnValue> {
    /// The value as the column's type.
    fn into_column(self) -> T;
}

impl<T: ColumnValue> IntoColumn<T> for T {
    fn into_column(self) -> T {
        self
    }
}

impl<T: ColumnType> IntoColumn<Option<T>> for T {
    fn into_column(self) -> Option<T> {
        Some(self)
    }
}

impl IntoColumn<String> for &str {
    fn into_column(self) -> String {
        self.to_owned()
    }
}

impl IntoColumn<Option<String>> for &str {
    fn into_column(self) -> Option<String> {
        Some(self.to_owned())
    }
}

/// What a column of `M` with the type `T` can be set to: a value (see [`IntoColumn`]), or a column
/// or expression of `M`.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be set to `{Self}`",
    label = "expected `{T}`",
    note = "help: write a `{T}`, or convert the value with `.into()`"
)]
pub trait IntoAssignment<M, T: ColumnValue> {
    #[doc(hidden)]
    fn into_assignment(self) -> Fragment;
}

impl<M, T: ColumnValue> IntoAssignment<M, T> for T {
    fn into_assignment(self) -> Fragment {
        Fragment::value(ColumnValue::into_value(self))
    }
}

impl<M, T: ColumnType> IntoAssignment<M, Option<T>> for T {
    fn into_assignment(self) -> Fragment {
        Fragment::value(ColumnType::into_value(self))
    }
}

impl<M> IntoAssignment<M, String> for &str {
    fn into_assignment(self) -> Fragment {
        Fragment::value(self.into_operand())
    }
}

impl<M> IntoAssignment<M, Option<String>> for &str {
    fn into_assignment(self) -> Fragment {
        Fragment::value(self.into_operand())
    }
}

impl<M: Table, T: ColumnValue, U: ColumnValue<Inner = T::Inner>, Kind> IntoAssignment<M, T>
    for Column<M, U, Kind>
{
    fn into_assignment(self) -> Fragment {
        self.fragment()
    }
}

impl<M: Table, T: ColumnValue, U: ColumnValue<Inner = T::Inner>, Kind> IntoAssignment<M, T>
    for Expr<M, U, Kind>
{
    fn into_assignment(self) -> Fragment {
        self.fragment()
    }
}

/// A value to bind to a `?` of hand-written SQL: any column value, `Option` included, `&str` and
/// `&[u8]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a statement",
    label = "not a column value",
    note = "help: bind an integer, a float, `bool`, `&str`, `String`, `&[u8]`, `Vec<u8>`, `Timestamp`, `Id<…>`, or an `Option` of one; one `?` takes one value"
)]
pub trait IntoValue {
    /// The value to bind.
    fn into_value(self) -> Value;
}

impl<T: ColumnValue> IntoValue for T {
    fn into_value(self) -> Value {
        ColumnValue::into_value(self)
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl IntoValue for &[u8] {
    fn into_value(self) -> Value {
        Value::Bytes(self.to_owned())
    }
}

/// The default of a column as the field's type; called by generated code.
pub fn default<T: ColumnValue, V: IntoColumn<T>>(value: V) -> T {
    value.into_column()
}
