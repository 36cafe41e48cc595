//! Tables: those that models create, those that a live database has, and migrations from one to the next.

mod created_tables;
mod defaults;
mod foreign_keys;
mod wider_indexes;

mod checks;
mod existing;
mod prefixes;
mod simultaneous_syncs;
mod syncs;

mod migration_refusals;
mod migrations;
