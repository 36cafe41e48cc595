//! Downloads: granted, waited for, read at a limited rate, and recorded in the history.

pub(crate) mod download;
pub(crate) mod quote;

pub(crate) mod begin;
pub(crate) mod open;
pub(crate) mod viewing;

mod authority;
pub(crate) mod body;
pub(crate) mod rate_limit;

pub(crate) mod history;
