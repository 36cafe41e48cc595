//! Handles as capabilities: a session, an administrator, and the caller behind them.

pub(crate) mod caller;

pub(crate) mod admin;
pub(crate) mod handle;
