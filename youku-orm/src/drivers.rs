//! The two drivers: each runs a rendered statement, decodes its rows, translates errors, and pools connections.

#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
