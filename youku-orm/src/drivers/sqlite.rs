//! The SQLite driver: a pool of connections, each used by one thread at a time.

mod connect;

mod handle;
mod loan;
mod pool;

mod deadline;
mod fairness;

mod row;
mod run;
mod sent;
mod value;

mod transaction;

mod error;

pub(crate) use pool::Pool;
pub(crate) use sent::Sent;
pub(crate) use transaction::Transaction;
