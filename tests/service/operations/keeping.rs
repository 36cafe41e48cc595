//! Data that must not go: what earlier versions wrote, and what a mistake of an operator or a machine puts at risk.

mod earlier_versions;

mod hidden_movies;

mod clocks;
mod held_rounds;
mod read_only;
mod restored_databases;
mod unowned_bytes;
mod wrong_clocks;

mod purges;
mod upload_lifetimes;

mod permissions;
