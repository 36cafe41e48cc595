//! Typed SQL expressions: what can be compared, ordered by, selected and assigned.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::arithmetic::Operator;
use crate::expr::column::Column;
use crate::expr::filter::Filter;
use crate::expr::operand::{IntoExpr, IntoOperand};
use crate::expr::order::Order;
use crate::sql::fragment::{Fragment, Segment, Traits};
use crate::sql::order_key::OrderKey;
use crate::table::facts::Table;
use crate::types::column_type::{ColumnKind, ColumnType, ColumnValue};

/// An SQL expression over the columns of `M` that has the type `T`: a column, an aggregate such
/// as [`Column::sum`], or arithmetic on them.
#[must_use = "an expression does nothing until it is part of a query"]
pub struct Expr<M, T> {
    fragment: Fragment,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Expr<M, T> {
    pub(crate) fn new(fragment: Fragment) -> Self {
        Self {
            fragment,
            types: PhantomData,
        }
    }

    pub(crate) fn into_fragment(self) -> Fragment {
        self.fragment
    }
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Self::new(self.fragment.clone())
    }
}

/// Shows the SQL text, not the values.
impl<M, T> fmt::Debug for Expr<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({})", self.fragment)
    }
}

/// The same methods on columns and on expressions, documented once.
macro_rules! comparisons {
    ($name:ident $(, $kind:ident)?) => {
        impl<M: Table, T: ColumnValue $(, $kind)?> $name<M, T $(, $kind)?> {
            /// Equal.
            pub fn eq(self, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                self.compare(" = ", other)
            }

            /// Not equal; like every comparison it is not true for NULL.
            pub fn ne(self, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                self.compare(" <> ", other)
            }

            /// Less.
            pub fn lt(self, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                self.compare(" < ", other)
            }

            /// Less or equal.
            pub fn le(self, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                self.compare(" <= ", other)
            }

            /// Greater.
            pub fn gt(self, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                self.compare(" > ", other)
            }

            /// Greater or equal.
            pub fn ge(self, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                self.compare(" >= ", other)
            }

            /// From `low` to `high`, both included.
            pub fn between(
                self,
                low: impl IntoExpr<M, T::Inner>,
                high: impl IntoExpr<M, T::Inner>,
            ) -> Filter<M> {
                let range = low.into_expr().then(" AND ", high.into_expr());
                Filter::new(self.fragment().then(" BETWEEN ", range))
            }

            /// Equal to one of the values; without a value nothing matches.
            ///
            /// A list of up to 512 values is padded to a power of two by repeating its last one,
            /// so that few statement texts exist and prepared statements are found again.
            ///
            /// All values of a statement count together, and beyond what the database takes it
            /// refuses the statement: SQLite takes 32,766 (`SQLITE_MAX_VARIABLE_NUMBER`), MySQL
            /// 65,535. Ask for longer lists in parts, or for rows by a relation, which does so by itself
            /// ([`load_many`](Column::load_many)).
            pub fn in_<V: IntoOperand<T::Inner>>(
                self,
                values: impl IntoIterator<Item = V>,
            ) -> Filter<M> {
                let values = values.into_iter().map(V::into_operand).collect();
                let list = Fragment::list(T::INFO.kind, values);
                Filter::new(match list {
                    Some(list) => self.fragment().then(" IN ", list),
                    None => Fragment::text("0 = 1"),
                })
            }

            fn compare(self, operator: &'static str, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                Filter::new(self.fragment().then(operator, other.into_expr()))
            }
        }

        impl<M: Table, T $(, $kind)?> $name<M, T $(, $kind)?> {
            /// NULL.
            pub fn is_null(self) -> Filter<M> {
                Filter::new(self.fragment().between("", " IS NULL"))
            }

            /// Not NULL.
            pub fn is_not_null(self) -> Filter<M> {
                Filter::new(self.fragment().between("", " IS NOT NULL"))
            }
        }
    };
}
comparisons!(Column, Kind);
comparisons!(Expr);

impl<M: Table, T> Expr<M, T> {
    /// Ascending order; NULL comes first.
    pub fn asc(self) -> Order<M> {
        Order::new(self.order_key(false))
    }

    /// Descending order; NULL comes last.
    pub fn desc(self) -> Order<M> {
        Order::new(self.order_key(true))
    }

    fn order_key(self, descending: bool) -> OrderKey {
        OrderKey {
            by: self.fragment,
            descending,
            column: None,
            is_text: false,
        }
    }

    pub(crate) fn fragment(self) -> Fragment {
        self.fragment
    }
}

/// Arithmetic on numbers with the rules of SQL: if one side is NULL, the result is NULL. A result that
/// does not fit its column is refused with [`is_check_violation`](crate::Error::is_check_violation).
macro_rules! arithmetic {
    ($name:ident $(<$kind:ident>)?, $operator:ident, $method:ident) => {
        impl<M: Table, T: ColumnValue<Inner: Number>, $($kind,)? V: IntoExpr<M, T::Inner>>
            std::ops::$operator<V> for $name<M, T $(, $kind)?>
        {
            type Output = Expr<M, T>;

            fn $method(self, other: V) -> Expr<M, T> {
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
arithmetic!(Expr, Add, add);
arithmetic!(Expr, Sub, sub);
arithmetic!(Expr, Mul, mul);

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

const COUNTS: Traits = Traits {
    has_pattern: false,
    counts_rows: true,
    has_filter: false,
    sorts_text: false,
};

const SORTS_TEXT: Traits = Traits {
    has_pattern: false,
    counts_rows: false,
    has_filter: false,
    sorts_text: true,
};

/// Aggregates over the rows of a query or of a group.
impl<M: Table, T, Kind> Column<M, T, Kind> {
    /// How many rows have a value here that is not NULL.
    pub fn count(self) -> Expr<M, u64> {
        Expr::new(self.fragment().between("COUNT(", ")").with(COUNTS))
    }

    /// How many different values there are, NULL not counted.
    pub fn count_distinct(self) -> Expr<M, u64> {
        Expr::new(self.fragment().between("COUNT(DISTINCT ", ")").with(COUNTS))
    }
}

impl<M: Table, T: ColumnValue, Kind> Column<M, T, Kind> {
    /// The smallest value; `None` without one.
    pub fn min(self) -> Expr<M, Option<T::Inner>> {
        self.extreme("MIN(")
    }

    /// The greatest value; `None` without one.
    pub fn max(self) -> Expr<M, Option<T::Inner>> {
        self.extreme("MAX(")
    }

    fn extreme(self, function: &'static str) -> Expr<M, Option<T::Inner>> {
        let mut call = if T::INFO.kind == ColumnKind::Text {
            // Its result is ordered by as text too, and not by the number of the text.
            let sorted = Segment::Sorted {
                table: M::TABLE,
                column: self.name(),
            };
            Fragment::of(sorted).with(SORTS_TEXT).between(function, ")")
        } else {
            self.fragment().between(function, ")")
        };
        if T::INFO.kind == ColumnKind::Decimal {
            // SQLite compares the result of a function without the collation of its columns.
            call.add(Segment::SqliteOnly(" COLLATE decimal"));
        }
        Expr::new(call)
    }

    // The type of the sum is a parameter: named in the result it would be looked for first, and a column of
    // another type would seem to lack the method.
    /// The sum of the values; `None` without one.
    pub fn sum<S>(self) -> Expr<M, Option<S>>
    where
        T::Inner: Number<Sum = S>,
    {
        Expr::new(self.fragment().summed(T::INFO.kind))
    }

    /// The mean of the values, calculated with floats; `None` without one.
    pub fn avg(self) -> Expr<M, Option<f64>>
    where
        T::Inner: Number,
    {
        Expr::new(self.fragment().averaged(T::INFO.kind))
    }
}

/// How many rows there are, for `select` and `having`.
pub fn count_all<M: Table>() -> Expr<M, u64> {
    Expr::new(Fragment::text("COUNT(*)").with(COUNTS))
}
