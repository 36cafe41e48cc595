//! What `youku-orm` promises, each promise on SQLite and on MariaDB.
#![expect(clippy::unwrap_used, reason = "what cannot go on fails its test")]

mod models;
mod specimen;

mod generated;
mod schema;

mod connecting;
mod crud;
mod insert_many;
mod updates;

mod counting;
mod filters;
mod ordering;
mod patterns;
mod raw_sql;

mod joins;
mod pages;
mod projections;
mod relations;

mod constraints;
mod ids_and_enums;
mod types;
mod values;

mod cancellation;
mod retries;
mod savepoints;
mod transactions;

mod errors;
