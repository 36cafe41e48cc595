//! Typed SQL expressions: what can be compared, ordered by, selected and assigned.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::column::Column;
use crate::expr::filter::Filter;
use crate::expr::operand::{IntoExpr, IntoOperand};
use crate::expr::order::Order;
use crate::sql::fragment::Fragment;
use crate::sql::order_key::OrderKey;
use crate::table::facts::Table;
use crate::types::column_type::ColumnValue;

/// An SQL expression over the columns of `M` that has the type `T`: an aggregate such as [`Column::sum`], arithmetic, a function,
/// or a fragment of SQL ([`Expr::sql`](Expr::sql)).
///
/// `Kind` distinguishes numbers of rows, which are [`Counted`] and never NULL, from what is [`Calculated`], which is NULL
/// if a left join found no row of `M`.
#[must_use = "an expression does nothing until it is part of a query"]
pub struct Expr<M, T, Kind = Calculated> {
    fragment: Fragment,
    types: Types<(M, T, Kind)>,
}

/// Types that an expression only remembers.
type Types<T> = PhantomData<fn() -> T>;

/// Any [`Expr`] but a number of rows.
#[derive(Debug, Clone, Copy)]
pub enum Calculated {}

/// The kind of an [`Expr`] that is a number of rows.
#[derive(Debug, Clone, Copy)]
pub enum Counted {}

impl<M, T, Kind> Expr<M, T, Kind> {
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

impl<M, T, Kind> Clone for Expr<M, T, Kind> {
    fn clone(&self) -> Self {
        Self::new(self.fragment.clone())
    }
}

/// Shows the SQL text, not the values.
impl<M, T, Kind> fmt::Debug for Expr<M, T, Kind> {
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
                match list {
                    Some(list) => Filter::new(self.fragment().then(" IN ", list)),
                    None => Filter::any([]),
                }
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
comparisons!(Expr, Kind);

impl<M: Table, T, Kind> Expr<M, T, Kind> {
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
