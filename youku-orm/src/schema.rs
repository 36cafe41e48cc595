//! Schema: tables from models, what a live database lacks, and how the two differ.
//!
//! It does not change rows, except that [`convert_times`](Database::convert_times) rewrites those of SQLite that another program
//! wrote. Steps that change data belong to [`Migrations`](crate::Migrations).

mod ddl;

mod index_size;

mod create;

mod live;

mod family;

mod compare;

mod finding;

mod check;

mod sync;

mod prefixed;

#[cfg(feature = "sqlite")]
mod times;

pub use finding::{Finding, FindingKind, Findings};
pub use sync::{Plan, SchemaSync};

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::database::handle::Database;
use crate::error::Result;
use crate::table::tables::{TableInfo, Tables};

/// The longest name of these tables, their indexes and their foreign keys.
pub(crate) fn longest_name(tables: &[TableInfo]) -> String {
    let names = tables.iter().flat_map(ddl::names);
    names
        .max_by_key(|name| name.chars().count())
        .unwrap_or_default()
}

/// Whether the database has a table of that name.
pub(crate) async fn has_table(db: &Database, name: &str) -> Result<bool> {
    Ok(live::Live::names(&mut db.target())
        .await?
        .table(name)
        .is_some())
}

impl Database {
    /// Creates the tables of these models that are missing, with their indexes and foreign keys. Tables
    /// that exist are left as they are; [`sync`](Self::sync) adds to them.
    ///
    /// Takes one model or a tuple of up to thirty-two, in any order. They may refer to each other:
    /// `db.create_tables::<(User, Post)>()`.
    ///
    /// # Errors
    /// [`is_schema`](crate::Error::is_schema), before anything is created, when a model refers to a table that
    /// is neither among these nor in the database, or has an index that is too long for MySQL; database errors. MySQL commits each table on its own, so
    /// tables before the failing one stay.
    ///
    /// # Cancel safety
    /// If the future is dropped, all, some or none of the tables are created; calling it again creates the rest.
    pub fn create_tables<T: Tables>(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(create::create_tables(self, T::tables()))
    }

    /// Adds what these models have and the database lacks: tables, columns, indexes, and on MySQL foreign
    /// keys of existing columns, which SQLite cannot add. It never drops or alters anything. A second sync
    /// does nothing. [`dry_run`](SchemaSync::dry_run) returns what it would do. If something is missing, it waits for
    /// other processes that sync or migrate, so several may start at once.
    ///
    #[cfg_attr(feature = "sqlite", doc = "```")]
    #[cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
    /// use youku_orm::{Database, Id, Model, sql};
    ///
    /// #[derive(Model)]
    /// struct User {
    ///     #[model(primary_key, auto)]
    ///     u_id: Id<User>,
    ///     #[model(index, length = 64)]
    ///     name: String,
    ///     nickname: Option<String>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// sql("CREATE TABLE user (u_id INTEGER PRIMARY KEY, name TEXT NOT NULL)").execute(&db).await?;
    ///
    /// let plan = db.sync::<User>().dry_run().await?;
    /// assert_eq!(
    ///     plan.to_string(),
    ///     "ALTER TABLE `user` ADD COLUMN `nickname` TEXT NULL;\n\
    ///      CREATE INDEX `user.name.index` ON `user` (`name`);\n"
    /// );
    /// assert_eq!(db.sync::<User>().await?, plan);
    /// assert!(db.sync::<User>().await?.is_empty());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`is_schema`](crate::Error::is_schema), before anything is run, for a column that cannot be added to
    /// existing rows (NOT NULL without a default in the database), for a missing primary key, and for a
    /// reference to a table that does not exist. Database errors, such as
    /// [`is_unique_violation`](crate::Error::is_unique_violation) for a unique index over repeated values;
    /// on MySQL the statements before the failing one stay. On MySQL [`is_retryable`](crate::Error::is_retryable) if another
    /// process migrates or syncs for more than 60 seconds. A migration step holds the same lock, so a step that calls `sync`
    /// for the database waits in vain and gets this error.
    ///
    /// # Cancel safety
    /// If the future is dropped, all, some or none of the statements have run; another sync runs the rest.
    pub fn sync<T: Tables>(&self) -> SchemaSync<'_> {
        SchemaSync::new(self, T::tables())
    }

    /// Compares these models with the live database and returns all differences at once: what is missing,
    /// columns that would make inserts fail, and different types, keys and references. It also reports each property of these
    /// tables on which a promise of this crate depends and that does not hold, and says which: see [`FindingKind`](crate::FindingKind).
    /// Anything else in the database is ignored.
    ///
    #[cfg_attr(feature = "sqlite", doc = "```")]
    #[cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
    /// use youku_orm::{Database, FindingKind, Id, Model, sql};
    ///
    /// #[derive(Model)]
    /// struct User {
    ///     #[model(primary_key, auto)]
    ///     u_id: Id<User>,
    ///     nickname: Option<String>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// sql("CREATE TABLE user (u_id INTEGER PRIMARY KEY, nick_name INTEGER)").execute(&db).await?;
    ///
    /// let findings = db.check::<User>().await?;
    /// assert_eq!(findings.iter().next().unwrap().kind, FindingKind::MissingColumn);
    /// assert_eq!(
    ///     findings.to_string(),
    ///     "the column `user`.`nickname` is missing; did you mean `nick_name`? \
    ///      write `#[model(column = \"nick_name\")]`\n"
    /// );
    /// // At start-up: db.check::<User>().await?.into_result()?;
    /// assert!(findings.into_result().is_err_and(|error| error.is_schema()));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Database errors. Differences become an error only with [`Findings::into_result`].
    pub fn check<T: Tables>(&self) -> BoxFuture<'_, Result<Findings>> {
        Box::pin(check::check(self, T::tables()))
    }
}
