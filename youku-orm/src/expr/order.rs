//! The order of a query's rows.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::sql::order_key::OrderKey;
use crate::table::facts::Table;

/// One column or expression to order rows of `M` by; see [`Column::asc`](crate::Column::asc) and
/// [`Column::desc`](crate::Column::desc).
#[must_use = "an order does nothing until it is given to a query"]
pub struct Order<M> {
    pub(crate) key: OrderKey,
    model: PhantomData<fn() -> M>,
}

impl<M> Order<M> {
    pub(crate) fn new(key: OrderKey) -> Self {
        Self {
            key,
            model: PhantomData,
        }
    }
}

/// What a query over `M` can be ordered by: an [`Order`], or a column or an expression, which means its ascending order.
#[diagnostic::on_unimplemented(
    message = "a query cannot be ordered by `{Self}`",
    label = "neither a column nor an order",
    note = "help: pass a column such as `User::NAME`, or its `.desc()`; call `order_by` once for each column"
)]
pub trait IntoOrder<M> {
    #[doc(hidden)]
    fn into_order(self) -> Order<M>;
}

impl<M> IntoOrder<M> for Order<M> {
    fn into_order(self) -> Order<M> {
        self
    }
}

impl<M: Table, T, Kind> IntoOrder<M> for Column<M, T, Kind> {
    fn into_order(self) -> Order<M> {
        self.asc()
    }
}

impl<M: Table, T, Kind> IntoOrder<M> for Expr<M, T, Kind> {
    fn into_order(self) -> Order<M> {
        self.asc()
    }
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone(),
            model: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Order<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.key.descending { "DESC" } else { "ASC" };
        write!(f, "Order({} {direction})", self.key.by)
    }
}
