//! A small async object-relational mapper for MySQL, MariaDB and embedded SQLite.
//!
//! A plain struct with `#[derive(Model)]` is a table. The derive checks the struct while it
//! compiles (exactly one primary key, no two fields for one column, no unknown attribute, …) and
//! writes down facts: the table's name, its columns, the text of its SELECT, INSERT, UPDATE and
//! DELETE, and how a row is read and written. All behaviour is ordinary code in this crate, small
//! enough to be read in an evening.
//!
#![cfg_attr(feature = "sqlite", doc = "```")]
#![cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
//! use youku_orm::{Database, Id, Model, New};
//!
//! #[derive(Model, Debug, PartialEq)]
//! struct User {
//!     #[model(primary_key, auto)]
//!     u_id: Id<User>,
//!     #[model(unique, length = 64)]
//!     username: String,
//!     #[model(default = false)]
//!     is_vip: bool,
//!     nickname: Option<String>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> youku_orm::Result<()> {
//! let db = Database::connect("sqlite::memory:").await?; // or mysql://user:password@host/name
//! db.create_tables::<User>().await?;
//!
//! // `NewUser` has neither the `auto` key nor the columns with a default.
//! let bob = NewUser { username: "bob".into(), nickname: None }.insert(&db).await?;
//! assert_eq!(User::find(&db, bob.u_id).await?, Some(bob));
//!
//! let vips = User::filter(User::IS_VIP.eq(true).and(User::NICKNAME.is_not_null()));
//! assert_eq!(vips.count(&db).await?, 0);
//! # Ok(()) }
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | attributes of the derive, each with its mistakes | [`macro@Model`], [`macro@ColumnEnum`] |
//! | find, insert, update, delete of one row | [`Model`], [`New`] |
//! | filters, order, pages, counts, bulk update and delete | [`Query`], [`Column`], [`Filter`] |
//! | joins, subqueries | [`Query::join`], [`Query::exists_for`], [`Join`] |
//! | chosen columns, groups, aggregates, calculations | [`Query::select`], [`Select`], [`Expr`] |
//! | keyset pages, streams | [`Query::page`], [`Query::stream`] |
//! | relations of a whole list | [`Column::load_many`], [`Column::load_one`] |
//! | transactions, savepoints | [`Database::transaction`], [`Database::transaction_retry`], [`Transaction::nested`] |
//! | hand-written SQL into models and tuples | [`sql`] |
//! | which Rust types can be columns | [`ColumnType`] |
//! | what can go wrong | [`Error`] |
//!
//! # Both databases alike
//!
//! One text of SQL runs on both. Text compares by code point, capital and small letters and
//! trailing spaces included; a `length` is a limit on both; NaN and infinity are refused; an
//! UPDATE counts the rows it matched; an instant has microseconds and is UTC. Numbers up to
//! `u64::MAX` keep their value and order on SQLite too.
//!
//! # What it does not do
//!
//! No lazy loading: a field never runs a query. No migrations yet, and no FOREIGN KEY clauses:
//! `create_tables` makes what is missing and leaves the rest. No self-joins: a table stands in a
//! query once. [`sql`] is there for them.
//!
//! # Features
//!
//! `mysql` and `sqlite`, both on by default: the drivers. `serde`: [`Id`] can be serialised.

#![deny(missing_docs)]

#[cfg(not(any(feature = "mysql", feature = "sqlite")))]
compile_error!("switch on the feature `mysql`, the feature `sqlite`, or both");

mod cell;
mod clauses;
mod column;
mod column_type;
mod database;
mod dialect;
mod error;
mod executor;
mod expr;
mod filter;
mod fragment;
mod id;
mod insert;
mod join;
mod layout;
mod model;
#[cfg(feature = "mysql")]
mod mysql;
mod operand;
mod order;
mod page;
mod query;
mod raw;
mod relation;
mod row;
mod schema;
mod select;
mod shifted;
mod source;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod stream;
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
pub use expr::{Expr, Number, count_all};
pub use filter::Filter;
pub use id::Id;
pub use insert::Insert;
pub use jiff::Timestamp;
pub use join::{Join, On};
pub use model::{ColumnInfo, Model, New};
pub use operand::{IntoAssignment, IntoColumn, IntoExpr, IntoOperand, IntoValue};
pub use order::Order;
pub use page::{Cursor, Page, PageQuery};
pub use query::{MayWrite, Narrowed, Paged, Query, Whole};
pub use raw::{Sql, sql};
pub use row::{FromRow, Row};
pub use schema::{TableInfo, Tables};
pub use select::{Select, Selectable, Selection};
pub use source::{At, Has, Left, Side, Source};
pub use statement::Executed;
pub use stream::RowStream;
pub use transaction::{Isolation, Transaction, TransactionOptions};
pub use types::ColumnEnum;
pub use update::Update;
pub use value::{Bind, Value};
pub use youku_orm_derive::{ColumnEnum, Model};

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
