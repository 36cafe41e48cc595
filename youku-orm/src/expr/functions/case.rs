//! `CASE … WHEN … THEN`, and what stands in for NULL.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::expr::filter::Filter;
use crate::expr::operand::IntoExpr;
use crate::sql::fragment::Fragment;
use crate::table::facts::Table;
use crate::types::column_type::{ColumnType, ColumnValue};

/// A value that depends on conditions, made by [`when`].
#[must_use = "a case is an expression only after `.otherwise(…)` or `.or_null()`"]
pub struct Case<M, T> {
    sql: Fragment,
    types: PhantomData<fn() -> (M, T)>,
}

/// A value that depends on conditions: the one after the first condition that holds.
///
/// ```
/// # use youku_orm::{Expr, Id, Model, when};
/// # #[derive(Model)]
/// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, bytes: u64 }
/// let size: Expr<Movie, String> = when(Movie::BYTES.lt(1_000_000u64), "small")
///     .when(Movie::BYTES.lt(1_000_000_000u64), "medium")
///     .otherwise("large");
/// # let _ = size;
/// ```
pub fn when<M: Table, T: ColumnType>(
    filter: Filter<M>,
    value: impl IntoExpr<M, T, Value = T>,
) -> Case<M, T> {
    let case = Case {
        sql: Fragment::text("CASE"),
        types: PhantomData,
    };
    case.when(filter, value)
}

impl<M: Table, T: ColumnType> Case<M, T> {
    /// The value if none of the conditions so far holds, but this one does.
    pub fn when(mut self, filter: Filter<M>, value: impl IntoExpr<M, T, Value = T>) -> Self {
        self.sql.push(" WHEN ").append(filter.into_condition());
        self.sql.push(" THEN ").append(value.into_expr());
        self
    }

    /// The value if none of the conditions holds.
    pub fn otherwise(mut self, value: impl IntoExpr<M, T, Value = T>) -> Expr<M, T> {
        self.sql
            .push(" ELSE ")
            .append(value.into_expr())
            .push(" END");
        Expr::new(self.sql.between("(", ")").of_kind(T::KIND))
    }

    /// NULL if none of the conditions holds.
    pub fn or_null(self) -> Expr<M, Option<T>> {
        Expr::new(self.sql.between("(", " END)").of_kind(T::KIND))
    }
}

/// The same methods on columns and on expressions, documented once.
macro_rules! nullable {
    ($name:ident $(, $kind:ident)?) => {
        /// What stands in for NULL.
        impl<M: Table, T: ColumnValue $(, $kind)?> $name<M, T $(, $kind)?> {
            /// This value, or the other one if this is NULL.
            pub fn coalesce<V: IntoExpr<M, T::Inner>>(self, other: V) -> Expr<M, V::Value> {
                let both = self.fragment().then(", ", other.into_expr());
                Expr::new(both.between("COALESCE(", ")").of_kind(T::INFO.kind))
            }
        }
    };
}
nullable!(Column, Kind);
nullable!(Expr, Kind);

impl<M, T> Clone for Case<M, T> {
    fn clone(&self) -> Self {
        Self {
            sql: self.sql.clone(),
            types: PhantomData,
        }
    }
}

/// Shows the SQL text, not the values.
impl<M, T> fmt::Debug for Case<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({})", self.sql)
    }
}
