//! The SQLite driver: a pool of connections, each used by one thread at a time.

mod connect;

mod pool;

mod loan;

mod handle;

mod fairness;

mod deadline;

mod run;
mod value;

mod row;
mod sent;

mod transaction;

mod error;

pub(crate) use pool::Pool;
pub(crate) use sent::Sent;
pub(crate) use transaction::Transaction;
