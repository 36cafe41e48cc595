//! A small async object-relational mapper for MySQL, MariaDB and embedded SQLite.

#![deny(missing_docs)]

#[cfg(not(any(feature = "mysql", feature = "sqlite")))]
compile_error!("switch on the feature `mysql`, the feature `sqlite`, or both");

mod column;
mod column_type;
mod database;
mod dialect;
mod error;
mod executor;
mod filter;
mod id;
mod insert;
mod mapped;
mod model;
#[cfg(feature = "mysql")]
mod mysql;
mod operand;
mod order;
mod query;
mod raw;
mod row;
mod schema;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod transaction;
mod types;
mod update;
mod value;
mod value_row;

pub use column::Column;
pub use column_type::{AutoKey, ColumnKind, ColumnType, ColumnValue, Key, TypeInfo};
pub use database::{Database, DatabaseOptions};
pub use error::{Error, MaybeRetryable, Result};
pub use executor::Executor;
pub use filter::Filter;
pub use id::Id;
pub use insert::Insert;
pub use jiff::Timestamp;
pub use model::{ColumnInfo, Model, New};
pub use operand::{IntoColumn, IntoOperand, IntoValue};
pub use order::Order;
pub use query::{MayWrite, Narrowed, Paged, Query, Whole};
pub use raw::{Sql, sql};
pub use row::{FromRow, Row};
pub use schema::{TableInfo, Tables};
pub use statement::Executed;
pub use transaction::Transaction;
pub use types::ColumnEnum;
pub use update::Update;
pub use value::{Bind, Value};
pub use youku_orm_derive::Model;

/// What generated code names. Not part of the API: anything here may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::column::Column;
    pub use crate::column_type::{AutoKey, ColumnKind, ColumnType, ColumnValue, Key};
    pub use crate::error::Result;
    pub use crate::model::{ColumnInfo, Model, New};
    pub use crate::operand::{default, default_value};
    pub use crate::row::Row;
    pub use crate::types::{ColumnEnum, decode_enum};
    pub use crate::value::{Bind, Value};
    pub use core::option::Option;
    pub use core::result::Result::{Err, Ok};
}
