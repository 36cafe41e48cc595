//! What the tests of the workspace share: temporary databases, a way to write a test once for all of them,
//! and a reader of the workspace's own sources.
//!
//! ```
//! use youku_orm::Database;
//! use youku_tests::{Result, both_databases};
//!
//! both_databases![one_and_one_is_two];
//!
//! async fn one_and_one_is_two(db: Database) -> Result {
//!     let sum: i64 = youku_orm::sql("SELECT 1 + 1").one(&db).await?;
//!     assert_eq!(sum, 2);
//!     Ok(())
//! }
//! # fn main() {}
//! ```

mod both;
#[cfg(feature = "mysql")]
pub use both::run_without_returning;
pub use both::{Fixture, Outcome, run};

mod database;
pub use database::{Backend, TestDatabase};

mod example;
pub use example::{Serving, example};

mod failure;
pub use failure::{Failure, Result};

#[cfg(feature = "mysql")]
pub mod mariadb;

#[cfg(feature = "mysql")]
mod proxy;
#[cfg(feature = "mysql")]
pub use proxy::Proxy;

pub mod law;
pub mod s3;
pub mod source;
pub mod workspace;

/// The examples of the README, compiled and run.
#[cfg(all(doctest, feature = "service"))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The example of the README of each crate.
#[cfg(all(doctest, feature = "service"))]
mod readmes {
    #[doc = include_str!("../../youku-orm/README.md")]
    struct Orm;

    #[doc = include_str!("../../youku-orm-derive/README.md")]
    struct Derive;

    #[doc = include_str!("../../youku-core/README.md")]
    struct Core;

    #[doc = include_str!("../../youku-server/README.md")]
    struct Server;
}

/// The examples of the guides of `youku-orm`, each in the setup of its page; `build.rs` says how.
#[cfg(all(
    doctest,
    feature = "decimal",
    feature = "json",
    feature = "sqlite",
    feature = "uuid"
))]
pub mod guides {
    include!(concat!(env!("OUT_DIR"), "/guides.rs"));
}
