//! What `youku-orm` promises; each promise is tested on SQLite and on MariaDB.
#![expect(clippy::unwrap_used, reason = "what cannot go on fails its test")]

mod clubs;
mod models;
mod specimen;

mod generated;

mod checks;
mod foreign_keys;
mod migration_refusals;
mod migrations;
mod prefixes;
mod schema;
mod syncs;
mod wider_indexes;

#[cfg(feature = "mysql")]
mod broken_connections;
mod closing;
mod connecting;
mod dropped;
#[cfg(feature = "sqlite")]
mod files;
#[cfg(feature = "mysql")]
mod giving_up;
#[cfg(feature = "sqlite")]
mod inline;
#[cfg(feature = "mysql")]
mod lending;
#[cfg(feature = "mysql")]
mod lost_replies;
mod reports;
mod rounds;
#[cfg(feature = "mysql")]
mod slow_connections;
mod testing;
mod timeouts;
#[cfg(feature = "mysql")]
mod tls;

mod crud;
mod ignored;
mod insert_many;
mod refused_upserts;
mod updates;
mod upserts;
mod versions;

mod counted_writes;
mod counting;
mod filters;
mod ordering;
mod patterns;
mod raw_sql;

mod derived_projections;
mod joins;
mod pages;
mod projections;
mod relations;
mod streams;

mod constraints;
mod ids_and_enums;
mod lengths;
mod newtypes;
mod ranges;
mod round_trips;
mod types;
mod values;

mod cancellation;
mod conflicts;
mod isolation;
mod retries;
mod savepoints;
mod transactions;

mod errors;
