//! Aggregates over the rows of a query or of a group.

use crate::expr::column::Column;
use crate::expr::expression::{Counted, Expr};
use crate::expr::filter::Filter;
use crate::expr::functions::number::Number;
use crate::sql::fragment::{Fragment, Segment, Traits};
use crate::table::facts::Table;
use crate::types::column_type::{ColumnKind, ColumnValue};

const COUNTS: Traits = Traits {
    has_pattern: false,
    counts_rows: true,
    has_filter: false,
    sorts_text: false,
    is_written: false,
};

const SORTS_TEXT: Traits = Traits {
    has_pattern: false,
    counts_rows: false,
    has_filter: false,
    sorts_text: true,
    is_written: false,
};

/// The same methods on columns and on expressions, documented once.
macro_rules! aggregates {
    ($name:ident $(, $kind:ident)?) => {
        /// Aggregates over the rows of a query or of a group.
        impl<M: Table, T $(, $kind)?> $name<M, T $(, $kind)?> {
            /// How many rows have a value here that is not NULL.
            pub fn count(self) -> Expr<M, u64, Counted> {
                Expr::new(self.fragment().between("COUNT(", ")").with(COUNTS))
            }

            /// How many different values there are, NULL not counted.
            pub fn count_distinct(self) -> Expr<M, u64, Counted> {
                Expr::new(self.fragment().between("COUNT(DISTINCT ", ")").with(COUNTS))
            }
        }

        impl<M: Table, T: ColumnValue $(, $kind)?> $name<M, T $(, $kind)?> {
            /// The smallest value; `None` without one.
            pub fn min(self) -> Expr<M, Option<T::Inner>> {
                extreme("MIN(", T::INFO.kind, self.in_order_of_text(T::INFO.kind))
            }

            /// The greatest value; `None` without one.
            pub fn max(self) -> Expr<M, Option<T::Inner>> {
                extreme("MAX(", T::INFO.kind, self.in_order_of_text(T::INFO.kind))
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
    };
}
aggregates!(Column, Kind);
aggregates!(Expr, Kind);

impl<M: Table, T, Kind> Column<M, T, Kind> {
    /// The column, ordered as text also if the database numbers its texts (an ENUM of MySQL).
    fn in_order_of_text(self, kind: ColumnKind) -> Fragment {
        if kind != ColumnKind::Text {
            return self.fragment();
        }
        let sorted = Segment::Sorted {
            table: M::TABLE,
            column: self.name(),
        };
        Fragment::of(sorted).with(SORTS_TEXT)
    }
}

impl<M: Table, T, Kind> Expr<M, T, Kind> {
    fn in_order_of_text(self, _: ColumnKind) -> Fragment {
        self.fragment()
    }
}

fn extreme<M, T>(function: &'static str, kind: ColumnKind, value: Fragment) -> Expr<M, T> {
    let mut call = value.between(function, ")");
    if kind == ColumnKind::Decimal {
        // SQLite compares the result of a function without the collation of its columns.
        call.add(Segment::SqliteOnly(" COLLATE decimal"));
    }
    Expr::new(call)
}

/// How many rows there are, for `select` and `having`.
pub fn count_all<M: Table>() -> Expr<M, u64, Counted> {
    Expr::new(Fragment::text("COUNT(*)").with(COUNTS))
}

/// How many rows a filter lets through, for `select` and `having`. Unlike `filter` it leaves the other rows in the query, so one query
/// can count by several conditions.
pub fn count_if<M: Table>(filter: Filter<M>) -> Expr<M, u64, Counted> {
    let count = filter
        .into_condition()
        .between("COUNT(CASE WHEN ", " THEN 1 END)");
    Expr::new(count.with(COUNTS))
}
