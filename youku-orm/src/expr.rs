//! Typed expressions: columns, calculations, filters, orders, and the tables that a query reads.

pub(crate) mod column;

pub(crate) mod arithmetic;
pub(crate) mod expression;

pub(crate) mod operand;
pub(crate) mod search;

pub(crate) mod filter;
pub(crate) mod order;

pub(crate) mod on;
pub(crate) mod source;

pub(crate) mod functions;

pub(crate) mod aggregate;

pub(crate) mod selection;
