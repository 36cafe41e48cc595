//! A database, a transaction on it, and what a statement passes on its way to a driver.

pub(crate) mod connect;
pub(crate) mod handle;

pub(crate) mod executor;
pub(crate) mod future;

mod live_tables;

mod generated_keys;

pub(crate) mod transaction;

pub(crate) mod stream;
