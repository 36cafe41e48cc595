//! SQL as data: its segments, the statement that they make, and its rendering for a database.

pub(crate) mod clauses;
pub(crate) mod fragment;
pub(crate) mod order_key;

pub(crate) mod effect;
mod lexer;
pub(crate) mod table_text;

pub(crate) mod composed;
pub(crate) mod insertion;
pub(crate) mod statement;

pub(crate) mod dialect;
pub(crate) mod prefix;
pub(crate) mod render;
