//! What the derive writes down about a table: facts without behaviour.

pub(crate) mod facts;
pub(crate) mod tables;

pub(crate) mod id;

pub(crate) mod refers;
