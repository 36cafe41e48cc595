//! Handles as capabilities: a session, an administrator, and the caller that they stand for.

pub(crate) mod caller;

pub(crate) mod admin;
pub(crate) mod handle;

pub(crate) mod host;
pub(crate) mod list;
