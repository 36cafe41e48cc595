//! The SQLite driver: a pool of connections, each used by one thread at a time.

mod connect;
mod connection;

mod write_ahead_log;

mod pool;

mod connection_queue;

mod thread_choice;

mod run;
mod value;

mod row;
mod streamed_rows;

mod transaction;

mod error;

pub(crate) use pool::Pool;
pub(crate) use streamed_rows::StreamedRows;
pub(crate) use transaction::Transaction;
