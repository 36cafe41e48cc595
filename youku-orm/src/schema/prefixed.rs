//! Handles whose tables have a prefix.

use crate::database::handle::{Database, DatabaseKind};
use crate::error::{Error, Result};
use crate::migrate;
use crate::schema::longest_name;
use crate::sql::prefix::TablePrefix;
use crate::table::tables::{TableInfo, Tables};

/// The longest name in MySQL, in characters.
const MAX_NAME: usize = 64;

impl Database {
    /// Returns a handle to the same pool for which the tables of these models have a prefix in the
    /// database. So a program can use a database that already has tables of those names, and several
    /// instances of it can share one database.
    ///
    #[cfg_attr(feature = "sqlite", doc = "```")]
    #[cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
    /// use youku_orm::{Database, Id, Model, New, sql};
    ///
    /// #[derive(Model)]
    /// struct User { #[model(primary_key, auto)] u_id: Id<User>, name: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// let app = db.with_table_prefix::<User>("app_")?;
    /// app.create_tables::<User>().await?;
    /// NewUser { name: "ann".into() }.insert(&app).await?;
    ///
    /// assert_eq!(User::query().count(&app).await?, 1);
    /// assert_eq!(sql("SELECT COUNT(*) FROM app_user").one::<u64>(&db).await?, 1);
    /// # Ok(()) }
    /// ```
    ///
    /// The prefix applies everywhere: to statements, tables, `check` and `sync`, and to migrations and
    /// their table `youku_migration`. Indexes and foreign keys have it too, because they are named after
    /// their table. The library knows where the names are in the statements that it builds. Only
    /// hand-written SQL, the statements of migrations included, is scanned for names: the prefix is added
    /// to each of those names that is written in backquotes, also to a name that follows `AS`, and nowhere
    /// else. Literals and comments stay as they are.
    ///
    /// List all models of the program: the table of a model that is not listed keeps its plain name.
    ///
    /// # Errors
    /// A usage error for a prefix with characters other than `a` to `z`, digits and `_`; for a prefix that
    /// makes a name longer than 64 characters or equal to that of another of these tables; and when a
    /// column of these models has the name of one of their tables.
    pub fn with_table_prefix<T: Tables>(&self, prefix: &str) -> Result<Self> {
        let mysql = self.kind() == DatabaseKind::Mysql;
        let tables = T::tables();
        let with_prefix = TablePrefix::new(prefix, &tables, migrate::TABLE, mysql)?;
        require_short_names(prefix, &tables)?;
        Ok(self.prefixed(with_prefix))
    }
}

fn require_short_names(prefix: &str, tables: &[TableInfo]) -> Result<()> {
    let longest = longest_name(tables);
    if prefix.len() + longest.chars().count() <= MAX_NAME {
        return Ok(());
    }
    Err(Error::usage(format!(
        "the prefix of tables `{prefix}` is too long: MySQL allows {MAX_NAME} characters, \
         and there is the name `{longest}`"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_makes_a_name_too_long_is_refused() {
        let user = TableInfo {
            name: "user",
            columns: &[],
        };
        let refused = require_short_names(&"x".repeat(61), &[user]).expect_err("it is refused");
        assert!(refused.to_string().contains("too long"), "{refused}");
        assert!(require_short_names(&"x".repeat(60), &[user]).is_ok());
    }
}
