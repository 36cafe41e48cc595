//! An async object-relational mapper for MySQL, MariaDB and embedded SQLite.
//!
//! A plain struct with `#[derive(Model)]` is a table. The derive checks the struct while it
//! compiles (exactly one primary key, no two fields for one column, no unknown attribute, …) and
//! writes down facts: the table's name, its columns, the text of its SELECT, INSERT, UPDATE and
//! DELETE, and how a row is read and written. All behaviour is ordinary code in this crate.
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
//! | queries, by example | [`guide::queries`] |
//! | attributes of the derives, each with its mistakes | [`macro@Model`], [`macro@ColumnEnum`], [`macro@ColumnType`], [`macro@Projection`] |
//! | find, insert, update, delete of one row | [`Model`], [`New`], [`Database::update_changed`] |
//! | what the derive writes down about a table | [`Table`], [`Insertable`] |
//! | one `use` for all of that | [`prelude`] |
//! | the traits in the bounds of methods | [`bounds`] |
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
//! fields. Bound values are never logged, and never appear in an error.
//!
//! # What it does not do
//!
//! No lazy loading: a field never runs a query. No migrations derived from models: `sync` adds what
//! is missing and changes nothing else. No self-joins: a table appears in a query only once. Use
//! [`sql`] for self-joins.
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
compile_error!("enable the feature `mysql`, the feature `sqlite`, or both");

mod error;

mod types;

mod table;

mod sql;

mod expr;

mod settings;

mod drivers;

mod database;

mod query;
mod write;

mod model;

mod migrate;
mod schema;
#[cfg(feature = "testing")]
pub mod testing;

pub mod prelude;

pub mod bounds;

pub mod guide;

pub use database::executor::Executor;
pub use database::future::BoxFuture;
pub use database::handle::{Database, DatabaseKind};
pub use database::stream::RowStream;
pub use database::transaction::Transaction;
#[cfg(feature = "mysql")]
pub use drivers::mysql::mysql_options;
pub use error::{Error, Result};
pub use expr::aggregate::{count_all, count_if};
pub use expr::column::{Column, Plain, PrimaryKey, Version};
pub use expr::expression::{Calculated, Counted, Expr};
pub use expr::filter::Filter;
pub use expr::functions::case::{Case, when};
pub use expr::functions::time::now;
pub use expr::functions::written::SqlText;
pub use expr::on::On;
pub use expr::order::Order;
pub use expr::source::Left;
pub use jiff::{Timestamp, civil};
pub use migrate::{MigrationFuture, MigrationState, MigrationStatus, Migrations};
pub use model::{Model, New};
pub use query::cursor::Cursor;
pub use query::join::Join;
pub use query::model_query::Query;
pub use query::page::{Page, PageQuery};
pub use query::projection::Projection;
pub use query::raw::{Sql, sql};
pub use query::select::Select;
pub use query::state::{ReadOnly, Writable};
pub use query::update::Update;
#[cfg(feature = "decimal")]
pub use rust_decimal::Decimal;
pub use schema::{Finding, FindingKind, Findings, Plan, SchemaSync};
pub use settings::observers::StatementEvent;
pub use settings::options::{DatabaseOptions, Synchronous};
pub use settings::retry::MaybeRetryable;
pub use settings::tls::Tls;
pub use settings::transaction_options::{Isolation, TransactionOptions};
pub use sql::statement::Executed;
pub use table::facts::{Insertable, Table};
pub use table::id::Id;
pub use table::tables::{TableInfo, Tables};
pub use types::column_enum::ColumnEnum;
pub use types::column_info::ColumnInfo;
pub use types::column_type::{ColumnKind, ColumnType, ColumnValue, Key, TypeInfo};
pub use types::reference::{OnDelete, Reference};
pub use types::row::{FromRow, Row};
#[cfg(feature = "json")]
pub use types::supported::json::Json;
pub use types::value::{Bind, Value};
#[cfg(feature = "uuid")]
pub use uuid::Uuid;
pub use write::insert::{Insert, InsertOrIgnore, InsertRows};
pub use write::upsert::Upsert;
#[cfg_attr(not(doctest), doc = include_str!("../docs/column_enum.md"))]
pub use youku_orm_derive::ColumnEnum;
#[cfg_attr(not(doctest), doc = include_str!("../docs/column_type.md"))]
pub use youku_orm_derive::ColumnType;
#[cfg_attr(not(doctest), doc = include_str!("../docs/model.md"))]
pub use youku_orm_derive::Model;
#[cfg_attr(not(doctest), doc = include_str!("../docs/projection.md"))]
pub use youku_orm_derive::Projection;

/// What generated code names. Not part of the API: anything here may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::expr::column::{Column, PrimaryKey, Version};
    pub use crate::types::column_type::{ColumnKind, ColumnType, ColumnValue, Key};
    // A unique name: if rustc finds a name elsewhere too, it adds a differently worded error for a wrong
    // `crate = "…"`.
    pub use crate::error::Result as DecodeResult;
    pub use crate::expr::operand::default;
    pub use crate::query::projection::{Cells, Projected, Projection, read_projection};
    pub use crate::table::facts::{Insertable, Table};
    pub use crate::table::refers::{KeyIs, Refers, reference};
    pub use crate::types::column_enum::{ColumnEnum, bind_enum, decode_enum};
    pub use crate::types::column_info::ColumnInfo;
    pub use crate::types::reference::{OnDelete, Reference};
    pub use crate::types::row::{FromRow, Row};
    pub use crate::types::value::{Bind, Value, Values, values};
}
