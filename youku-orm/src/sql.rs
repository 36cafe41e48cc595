//! SQL as data: its parts, the statement that they make, and how the databases differ.

pub(crate) mod fragment;

pub(crate) mod clauses;
pub(crate) mod conditional;
pub(crate) mod order_key;

pub(crate) mod statement;

pub(crate) mod dialect;

pub(crate) mod prefix;
