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
//! | every kind of query, by example | [`guide::queries`] |
//! | attributes of the derives, each with its mistakes | [`macro@Model`], [`macro@ColumnEnum`], [`macro@ColumnType`], [`macro@Projection`] |
//! | find, insert, update, delete of one row | [`Model`], [`New`], [`Database::update_changed`] |
//! | insert many and only count them | [`InsertRows::execute`] |
//! | insert or ignore, insert or change, of one row and of many | [`Insert::or_ignore`], [`Upsert`], [`Model::insert_rows`] |
//! | filters, order, pages, counts, bulk update and delete | [`Query`], [`Column`], [`Filter`] |
//! | joins, subqueries | [`Query::join`], [`Query::exists_for`], [`Join`] |
//! | chosen columns, groups, aggregates, calculations | [`Query::select`], [`Query::select_as`], [`Select`], [`Expr`] |
//! | keyset pages, streams | [`Query::page`], [`Query::stream`] |
//! | relations of a whole list | [`Column::load_many`], [`Column::load_one`] |
//! | tables, foreign keys, what a live database lacks | [`Database::create_tables`], [`Database::sync`], [`Database::check`] |
//! | migrations | [`Migrations`] |
//! | transactions, savepoints | [`Database::transaction`], [`Database::transaction_retry`], [`Transaction::nested`] |
//! | hand-written SQL into models and tuples | [`sql`] |
//! | which Rust types can be columns, and what each is in the database | [`guide::types`], [`ColumnType`] |
//! | pool size, timeouts, who hears of statements | [`DatabaseOptions`] |
//! | tests of programs that use this crate | `testing` (feature `testing`) |
//! | plans, row locks, read-only transactions | [`Query::explain`], [`Query::force_index`], [`Query::for_update`], [`TransactionOptions`] |
//! | what can go wrong | [`Error`] |
//! | Diesel, SeaORM, SQLx and toasty | [`guide::comparison`] |
//!
//! # Both databases alike
//!
//! One text of SQL runs on both. Text compares by code point, capital and small letters and
//! trailing spaces included; a `length` is a limit on both; NaN and infinity are refused; an
//! UPDATE counts the rows it matched; an instant has microseconds and is UTC. Numbers up to
//! `u64::MAX` keep their value and order on SQLite too, and a number that a column's Rust type
//! does not hold is refused by both (on SQLite by a CHECK in the table).
//!
//! # What is logged
//!
//! Every statement has a `tracing` span `statement` at level DEBUG with the fields `database`,
//! `sql`, `rows`, `elapsed` and `error`, BEGIN, COMMIT, savepoints and DDL included. One that takes
//! longer than [`slow_statement`](DatabaseOptions::slow_statement) is a WARN event with the same
//! fields. Bound values are never logged, and stand in no error.
//!
//! # What it does not do
//!
//! No lazy loading: a field never runs a query. No migrations derived from models: `sync` adds what
//! is missing and changes nothing else. No self-joins: a table stands in a
//! query once. [`sql`] is there for them.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `mysql`, `sqlite` | the drivers; both are on by default |
//! | `chrono` | columns of `DateTime<Utc>`, `NaiveDate`, `NaiveTime`, `NaiveDateTime` of `chrono` |
//! | `decimal` | columns of `Decimal` of `rust_decimal`, which this crate exports |
//! | `json` | columns of `Json<T>` for every `T` that serde reads and writes |
//! | `time` | columns of `OffsetDateTime`, `Date`, `Time`, `PrimitiveDateTime` of `time` |
//! | `uuid` | columns of `Uuid` of `uuid`, which this crate exports |
//! | `serde` | [`Id`] can be serialised |
//! | `mysql-tls` | encrypted connections to MySQL, [`Tls`] |
//! | `testing` | a throw-away database for each test, and counted statements |

#![deny(missing_docs)]

#[cfg(not(any(feature = "mysql", feature = "sqlite")))]
compile_error!("switch on the feature `mysql`, the feature `sqlite`, or both");

mod batch;
mod cell;
mod clauses;
mod column;
mod column_info;
mod column_type;
mod conditional;
mod connect;
mod cursor;
mod database;
mod dialect;
mod error;
mod executor;
mod expr;
mod filter;
mod fragment;
mod future;
pub mod guide;
mod id;
mod insert;
mod join;
mod layout;
mod migrate;
mod model;
#[cfg(feature = "mysql")]
mod mysql;
mod on;
mod operand;
mod options;
mod order;
mod page;
mod prefix;
mod projection;
mod query;
mod raw;
mod reference;
mod relation;
mod retry;
mod row;
mod schema;
mod search;
mod select;
mod selection;
mod shifted;
mod source;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
mod time_text;
mod tls;
mod transaction;
mod types;
mod update;
mod upsert;
mod url;
mod value;
mod value_row;
mod watch;
mod write;

pub use column::{Column, MaySet, Plain, PrimaryKey, Version};
pub use column_type::{ColumnKind, ColumnType, ColumnValue, Key, TypeInfo};
pub use cursor::Cursor;
pub use database::{Database, DatabaseKind};
pub use error::{Error, Result};
pub use executor::Executor;
pub use expr::{Expr, Number, count_all};
pub use filter::Filter;
pub use future::BoxFuture;
pub use id::Id;
pub use insert::{Insert, InsertOrIgnore, InsertRows, Inserted};
pub use jiff::{Timestamp, civil};
pub use join::Join;
pub use migrate::{MigrationFuture, MigrationState, MigrationStatus, Migrations};
pub use model::{ColumnInfo, Model, New};
#[cfg(feature = "mysql")]
pub use mysql::mysql_options;
pub use on::On;
pub use operand::{IntoAssignment, IntoColumn, IntoExpr, IntoOperand, IntoValue};
pub use options::{DatabaseOptions, Synchronous};
pub use order::Order;
pub use page::{Page, PageQuery};
pub use projection::Projection;
pub use query::{MayWrite, Narrowed, Paged, Query, Whole};
pub use raw::{Sql, sql};
pub use reference::{OnDelete, Reference, Refers};
pub use retry::MaybeRetryable;
pub use row::{FromRow, Row};
#[cfg(feature = "decimal")]
pub use rust_decimal::Decimal;
pub use schema::{Finding, FindingKind, Findings, Plan, SchemaSync, TableInfo, Tables};
pub use search::Searchable;
pub use select::Select;
pub use selection::{Selectable, Selection};
pub use source::{At, Has, IsModel, Left, Side, Source};
pub use statement::Executed;
pub use stream::RowStream;
pub use tls::Tls;
pub use transaction::{Isolation, Transaction, TransactionOptions};
pub use types::ColumnEnum;
#[cfg(feature = "json")]
pub use types::Json;
pub use update::Update;
pub use upsert::{Columns, Upsert};
#[cfg(feature = "uuid")]
pub use uuid::Uuid;
pub use value::{Bind, Value};
pub use watch::StatementEvent;
#[cfg_attr(feature = "sqlite", doc = include_str!("../docs/column_enum.md"))]
pub use youku_orm_derive::ColumnEnum;
#[cfg_attr(feature = "sqlite", doc = include_str!("../docs/column_type.md"))]
pub use youku_orm_derive::ColumnType;
#[cfg_attr(feature = "sqlite", doc = include_str!("../docs/model.md"))]
pub use youku_orm_derive::Model;
#[cfg_attr(feature = "sqlite", doc = include_str!("../docs/projection.md"))]
pub use youku_orm_derive::Projection;

/// What generated code names. Not part of the API: anything here may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::column::{Column, PrimaryKey, Version};
    pub use crate::column_type::{ColumnKind, ColumnType, ColumnValue, Key};
    // A name that nothing else has: rustc words the error of a wrong `crate = "…"` anew for each name
    // that it finds elsewhere too.
    pub use crate::error::Result as DecodeResult;
    pub use crate::model::{ColumnInfo, Model, New};
    pub use crate::operand::default;
    pub use crate::projection::{Cells, Projected, Projection, read_projection};
    pub use crate::reference::{KeyIs, OnDelete, Reference, Refers, reference};
    pub use crate::row::{FromRow, Row};
    pub use crate::types::{ColumnEnum, bind_enum, decode_enum};
    pub use crate::value::{Bind, Value, Values, values};
}
