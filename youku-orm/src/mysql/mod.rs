//! The MySQL and MariaDB driver, on `mysql_async`.

mod error;
mod pool;
mod row;
mod run;
mod transaction;
mod value;

pub(crate) use pool::Pool;
pub(crate) use transaction::Transaction;
