//! Functions of SQL that both databases have, with one meaning on both, and SQL written by hand for those that only one has.

pub(crate) mod number;
mod text;
pub(crate) mod time;

pub(crate) mod case;

pub(crate) mod written;
