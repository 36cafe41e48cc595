//! What `youku-orm` promises; each promise is tested on SQLite and on MariaDB.
#![expect(clippy::unwrap_used, reason = "a failed `unwrap` fails its test")]

mod clubs;
mod models;
mod specimen;

mod generated;

mod schema;

mod connections;
mod execution;

mod columns;

mod writes;

mod queries;

mod composition;

mod transactions;

mod errors;
mod testing;
