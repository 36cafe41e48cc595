//! The behaviour of the movie service, written once and run on SQLite and MariaDB, with movies in a
//! folder of the local disk. A test that depends on the store runs on every kind of store.

mod bank;
mod stores;
mod world;

mod handles;

mod accounts;

mod movies;

mod money;

mod uploads;

mod downloads;

mod operations;

mod hosts;

mod faults;
