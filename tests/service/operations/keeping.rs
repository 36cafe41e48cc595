//! Data that must not go: what earlier versions wrote, and what a mistake of an operator or a machine puts at risk.

mod earlier_versions;

mod hidden_movies;

mod clocks;
mod restored_databases;
mod unowned_bytes;

mod purges;
mod upload_lifetimes;

mod permissions;
