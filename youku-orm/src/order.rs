//! The order of a query's rows.

use std::marker::PhantomData;

/// One column to order rows of `M` by; see [`Column::asc`](crate::Column::asc) and
/// [`Column::desc`](crate::Column::desc).
#[derive(Debug)]
#[must_use = "an order does nothing until it is given to a query"]
pub struct Order<M> {
    pub(crate) column: usize,
    pub(crate) direction: Direction,
    model: PhantomData<fn() -> M>,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The smallest first.
    Ascending,
    /// The greatest first.
    Descending,
}

impl<M> Order<M> {
    pub(crate) fn new(column: usize, direction: Direction) -> Self {
        Self {
            column,
            direction,
            model: PhantomData,
        }
    }
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Order<M> {}
