//! The two drivers: each runs a rendered statement, decodes its rows, translates errors, and pools connections.

mod statement_timeout;

#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
