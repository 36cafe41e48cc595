//! The MySQL and MariaDB driver, on `mysql_async`.

mod error;
mod kill;
mod loan;
mod open;
mod options;
mod places;
mod pool;
mod prepared;
mod reading;
mod row;
mod run;
mod transaction;
mod value;

pub use options::mysql_options;
pub(crate) use pool::{Pool, Session};
pub(crate) use reading::Reading;
pub(crate) use transaction::Transaction;
