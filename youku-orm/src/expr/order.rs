//! The order of a query's rows.

use std::fmt;
use std::marker::PhantomData;

use crate::sql::order_key::OrderKey;

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
