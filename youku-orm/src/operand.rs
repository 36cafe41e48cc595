//! Rust values that can stand opposite a column.

use crate::column_type::{ColumnType, ColumnValue};
use crate::value::Value;

/// A value to compare a column of type `T` with: `T` itself, `&T`, and `&str` for `String`.
///
/// An `Option` is none: `column = NULL` is never true in SQL.
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

/// A value to put into a column of type `T`: `T` itself, `&str` for `String`, and either
/// without the `Some` for an `Option`.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be set to `{Self}`",
    label = "expected `{T}`"
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

/// A value to bind to a `?` of hand-written SQL: any column value, `Option` included, `&str` and
/// `&[u8]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a statement",
    label = "not a column value"
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

/// The default of a column as a value; called by generated code.
pub fn default_value<T: ColumnValue, V: IntoColumn<T>>(value: V) -> Value {
    ColumnValue::into_value(value.into_column())
}
