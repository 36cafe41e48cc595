//! How a statement runs: on which thread, what is reported about it, and what happens when its caller goes away.

#[cfg(feature = "sqlite")]
mod inline;

mod reports;

mod dropped;
