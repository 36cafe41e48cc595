//! Functions and operators of numbers.

use crate::expr::arithmetic::Operator;
use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::expr::operand::IntoExpr;
use crate::table::facts::Table;
use crate::types::column_type::{ColumnType, ColumnValue};

/// Arithmetic on numbers with the rules of SQL: if one side is NULL, the result is NULL. A result that
/// does not fit its column is refused with [`is_check_violation`](crate::Error::is_check_violation).
macro_rules! arithmetic {
    ($name:ident $(<$kind:ident>)?, $operator:ident, $method:ident) => {
        impl<M: Table, T: ColumnValue<Inner: Number>, $($kind,)? V: IntoExpr<M, T::Inner>>
            std::ops::$operator<V> for $name<M, T $(, $kind)?>
        {
            type Output = Expr<M, T::Also<V::Value>>;

            fn $method(self, other: V) -> Self::Output {
                let kind = <T::Inner as ColumnType>::KIND;
                let other = other.into_expr();
                Expr::new(self.fragment().calculated(kind, Operator::$operator, other))
            }
        }
    };
}
arithmetic!(Column<Kind>, Add, add);
arithmetic!(Column<Kind>, Sub, sub);
arithmetic!(Column<Kind>, Mul, mul);
arithmetic!(Expr<Kind>, Add, add);
arithmetic!(Expr<Kind>, Sub, sub);
arithmetic!(Expr<Kind>, Mul, mul);

/// Division and its remainder. A division by zero is NULL, so the result is an `Option`. The quotient of integers is truncated toward
/// zero, and the remainder has the sign of the dividend, as in Rust.
macro_rules! division {
    ($name:ident $(<$kind:ident>)?) => {
        impl<M: Table, T: ColumnValue<Inner: Number>, $($kind,)? V: IntoExpr<M, T::Inner>>
            std::ops::Div<V> for $name<M, T $(, $kind)?>
        {
            type Output = Expr<M, Option<T::Inner>>;

            fn div(self, other: V) -> Self::Output {
                let kind = <T::Inner as ColumnType>::KIND;
                let other = other.into_expr();
                Expr::new(self.fragment().calculated(kind, Operator::Div, other))
            }
        }

        impl<M: Table, T: ColumnValue<Inner: Integer>, $($kind,)? V: IntoExpr<M, T::Inner>>
            std::ops::Rem<V> for $name<M, T $(, $kind)?>
        {
            type Output = Expr<M, Option<T::Inner>>;

            fn rem(self, other: V) -> Self::Output {
                let kind = <T::Inner as ColumnType>::KIND;
                let other = other.into_expr();
                Expr::new(self.fragment().calculated(kind, Operator::Rem, other))
            }
        }
    };
}
division!(Column<Kind>);
division!(Expr<Kind>);

/// The same methods on columns and on expressions, documented once.
macro_rules! numbers_have {
    ($name:ident $(, $kind:ident)?) => {
        /// Functions of numbers.
        impl<M: Table, T: ColumnValue $(, $kind)?> $name<M, T $(, $kind)?> {
            /// The number without its sign.
            pub fn abs(self) -> Expr<M, T>
            where
                T::Inner: Number,
            {
                Expr::new(self.fragment().absolute(T::INFO.kind))
            }

            /// The nearest number with that many digits after the point, at most 15; halves are rounded away from zero. On MySQL the
            /// number must be smaller than 1e50.
            pub fn round(self, digits: u8) -> Expr<M, T>
            where
                T::Inner: Float,
            {
                Expr::new(self.fragment().rounded(digits.min(15)))
            }
        }
    };
}
numbers_have!(Column, Kind);
numbers_have!(Expr, Kind);

/// A column type that SQL can count with.
#[diagnostic::on_unimplemented(
    message = "SQL cannot calculate with `{Self}`",
    label = "not a number",
    note = "help: `+`, `-`, `*`, `sum` and `avg` need an integer or a float column"
)]
pub trait Number: ColumnType {
    /// What the sum of such numbers is read as.
    type Sum: ColumnType;
}

macro_rules! numbers {
    ($($ty:ty => $sum:ty),*) => {$(
        impl Number for $ty {
            type Sum = $sum;
        }
    )*};
}
numbers!(
    i8 => i64, i16 => i64, i32 => i64, i64 => i64,
    u8 => u64, u16 => u64, u32 => u64, u64 => u64,
    f32 => f64, f64 => f64
);

/// An integer, which has a remainder.
#[diagnostic::on_unimplemented(
    message = "SQL has no remainder for `{Self}`",
    label = "not an integer",
    note = "help: `%` needs an integer column"
)]
pub trait Integer: Number {}

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl Integer for $ty {}
    )*};
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

/// A float, which can be rounded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no digits to round",
    label = "not a float",
    note = "help: `round` needs a column of `f32` or `f64`"
)]
pub trait Float: Number {}

impl Float for f32 {}

impl Float for f64 {}
