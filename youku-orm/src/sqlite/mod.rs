//! The SQLite driver: a pool of connections, each used by one thread at a time.

mod error;
mod handle;
mod loan;
mod open;
mod pool;
mod row;
mod run;
mod share;
mod transaction;
mod turn;
mod value;

pub(crate) use pool::Pool;
pub(crate) use transaction::Transaction;
