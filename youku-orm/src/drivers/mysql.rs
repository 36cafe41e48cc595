//! The MySQL and MariaDB driver, on `mysql_async`.

mod options;
mod server;

mod pool;

mod idle_connections;

mod kill;

mod run;
mod value;

mod row;

mod streamed_rows;

mod open_transaction;
mod transaction;

mod error;

pub use options::mysql_options;
pub(crate) use pool::{NamedLock, Pool};
pub(crate) use streamed_rows::StreamedRows;
pub(crate) use transaction::Transaction;
