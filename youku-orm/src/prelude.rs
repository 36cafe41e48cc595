//! What nearly every program with models names: `use youku_orm::prelude::*;`.
//!
//! The derives, the traits whose methods and constants a model has, and the usual types. `Result` and `Error` are left
//! out, because a program has its own.
//!
#![cfg_attr(feature = "sqlite", doc = "```")]
#![cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
//! use youku_orm::prelude::*;
//!
//! #[derive(Model, Debug, PartialEq)]
//! struct Tag {
//!     #[model(primary_key, auto)]
//!     id: Id<Tag>,
//!     name: String,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> youku_orm::Result<()> {
//! let db = Database::connect("sqlite::memory:").await?;
//! db.create_tables::<Tag>().await?;
//! let noir = NewTag { name: "noir".into() }.insert(&db).await?; // a method of `New`
//! assert_eq!(Tag::find(&db, noir.id).await?, Some(noir)); // of `Model`
//! assert_eq!(Tag::TABLE, "tag"); // of `Table`
//! # Ok(()) }
//! ```

#[doc(no_inline)]
pub use crate::{
    ColumnEnum, ColumnType, Database, DatabaseOptions, Executor, Id, Model, New, Projection, Table,
    Timestamp, Transaction, sql,
};
