//! The SQLite driver: a pool of connections, each used by one thread at a time.

mod connect;

mod pool;

mod thread_choice;

mod connection;

mod run;
mod value;

mod row;
mod streamed_rows;

mod transaction;

mod error;

pub(crate) use pool::Pool;
pub(crate) use streamed_rows::StreamedRows;
pub(crate) use transaction::Transaction;
