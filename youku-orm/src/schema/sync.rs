//! Adds to a live database what the models have and the database lacks.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
#[cfg(feature = "mysql")]
use std::time::Duration;

use crate::database::executor::{Executor, Target};
use crate::database::handle::{Database, Driver};
use crate::error::{Class, Error, Result};
#[cfg(feature = "mysql")]
use crate::migrate;
#[cfg(feature = "mysql")]
use crate::schema::create;
use crate::schema::create::{missing, require_reference_targets};
use crate::schema::ddl::{
    ForeignKey, add_column, create_table, default_literal, foreign_keys, indexes,
};
use crate::schema::index_size;
use crate::schema::live::{Live, LiveTable, same_name};
use crate::schema::{TableInfo, compare, ddl};
use crate::sql::fragment::Fragment;
use crate::sql::statement::Statement;
use crate::types::column_info::ColumnInfo;

/// How long a sync waits for another process that migrates or syncs, as migrations do by default.
#[cfg(feature = "mysql")]
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// A sync that has not run; made by [`Database::sync`]. Awaiting it runs it.
#[must_use = "nothing is changed before the sync is awaited"]
#[derive(Debug)]
pub struct SchemaSync<'d> {
    db: &'d Database,
    tables: Vec<TableInfo>,
}

/// The statements of a sync, in their order. It displays as a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a plan says what was or would be done"]
pub struct Plan {
    create: Vec<String>,
    change: Vec<String>,
}

impl<'d> SchemaSync<'d> {
    pub(super) fn new(db: &'d Database, tables: Vec<TableInfo>) -> Self {
        Self { db, tables }
    }

    /// What the sync would run; changes nothing.
    ///
    /// # Errors
    /// Those of [`Database::sync`] that come before anything is run.
    pub async fn dry_run(self) -> Result<Plan> {
        self.plan(&mut self.db.target()).await
    }

    /// Plans under a lock, so that of two processes that start at once one finds what the other has added. Usually nothing
    /// is missing, and then no lock is taken.
    async fn run(self) -> Result<Plan> {
        let db = self.db;
        let plan = self.plan(&mut db.target()).await?;
        if plan.is_empty() {
            return Ok(plan);
        }
        match db.driver() {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(_) => {
                // The transaction has the write lock from its beginning.
                let mut tx = db.begin().await?;
                let plan = self.plan(&mut (&mut tx).target()).await?;
                for statement in plan.statements() {
                    tx.text(statement.to_owned()).await?;
                }
                tx.commit().await?;
                Ok(plan)
            }
            #[cfg(feature = "mysql")]
            Driver::Mysql(_) => {
                let lock = migrate::lock(db, LOCK_WAIT).await?;
                let done = async {
                    let plan = self.plan(&mut db.target()).await?;
                    create::run(db, plan.create.clone(), plan.change.clone()).await?;
                    Ok(plan)
                };
                let done = done.await;
                lock.release().await;
                done
            }
        }
    }

    async fn plan(&self, target: &mut Target<'_>) -> Result<Plan> {
        let (db, tables) = (self.db, &self.tables);
        let live = Live::read(target, tables).await?;
        require_reference_targets(&live, tables, &tables.iter().collect::<Vec<_>>())?;
        tables.iter().try_for_each(index_size::check)?;
        let new = missing(&live, tables).flat_map(|table| create_table(db.dialect(), table));
        let mut refused = Vec::new();
        let (mut columns, mut indexes, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for table in tables {
            let Some(live) = live.table(table.name).filter(|live| !live.is_view) else {
                continue;
            };
            let missing_parts = MissingParts::of(table, live);
            refused.append(&mut missing_parts.refused(target, table).await?);
            columns.extend(missing_parts.columns(db, table));
            indexes.extend(missing_parts.indexes(table));
            keys.extend(missing_parts.foreign_keys(db, table));
        }
        if !refused.is_empty() {
            return Err(Error::new(Class::Schema, refused.join("; ")));
        }
        Ok(Plan {
            create: ddl::render(db, new),
            change: ddl::render(db, columns.into_iter().chain(indexes).chain(keys)),
        })
    }
}

impl<'d> IntoFuture for SchemaSync<'d> {
    type Output = Result<Plan>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Plan>> + Send + 'd>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl Plan {
    /// The statements, in their order.
    pub fn statements(&self) -> impl Iterator<Item = &str> {
        self.create.iter().chain(&self.change).map(String::as_str)
    }

    /// Nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.statements().next().is_none()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.statements()
            .try_for_each(|statement| writeln!(f, "{statement};"))
    }
}

/// What one table lacks.
struct MissingParts<'l> {
    live: &'l LiveTable,
    columns: Vec<&'static ColumnInfo>,
    foreign_keys: Vec<ForeignKey>,
}

impl<'l> MissingParts<'l> {
    fn of(table: &TableInfo, live: &'l LiveTable) -> Self {
        let columns = table.columns.iter();
        let keys = foreign_keys(table).into_iter();
        Self {
            live,
            columns: columns
                .filter(|column| live.column(column.name).is_none())
                .collect(),
            foreign_keys: keys
                .filter(|key| compare::foreign_key(live, key).is_none())
                .collect(),
        }
    }

    /// Columns that cannot be added to existing rows.
    async fn refused(&self, target: &mut Target<'_>, table: &TableInfo) -> Result<Vec<String>> {
        let db = target.database().clone();
        let mut refused = Vec::new();
        for column in &self.columns {
            let (table, name) = (table.name, column.name);
            if column.key {
                refused.push(format!(
                    "the table `{table}` lacks the primary key `{name}`, which cannot be added to \
                     a table: create the table again in a migration"
                ));
            } else if !column.nullable && default_literal(db.dialect(), column).is_none() {
                if has_rows(target, table).await? {
                    refused.push(format!(
                        "the column `{table}`.`{name}` is NOT NULL without a default, and the \
                         table has rows: give the field `default = …`, write `Option`, or add the \
                         column in a migration"
                    ));
                }
            } else if self.refers_by_default(&db, column) && has_rows(target, table).await? {
                refused.push(format!(
                    "the column `{table}`.`{name}` refers to another table and has a default, and \
                     the table has rows, for which SQLite does not check it: remove the default \
                     and write `Option`, write `no_foreign_key`, or create the table again in a \
                     migration"
                ));
            }
        }
        Ok(refused)
    }

    /// Whether adding the column would have the rows refer to something, which SQLite refuses.
    fn refers_by_default(&self, db: &Database, column: &ColumnInfo) -> bool {
        !adds_foreign_keys(db)
            && self.foreign_key(column.name).is_some()
            && default_literal(db.dialect(), column).is_some_and(|literal| literal != "NULL")
    }

    fn columns(&self, db: &Database, table: &TableInfo) -> Vec<Fragment> {
        let add = |column: &&ColumnInfo| {
            let key = self.foreign_key(column.name);
            let key = key.filter(|_| !adds_foreign_keys(db));
            add_column(db.dialect(), table, column, key)
        };
        self.columns.iter().map(add).collect()
    }

    fn indexes(&self, table: &TableInfo) -> Vec<Fragment> {
        let missing = indexes(table).into_iter();
        let missing = missing.filter(|index| !compare::is_indexed(self.live, index));
        missing.map(|index| index.create(table, "")).collect()
    }

    fn foreign_keys(&self, db: &Database, table: &TableInfo) -> Vec<Fragment> {
        if adds_foreign_keys(db) {
            self.foreign_keys.iter().map(|key| key.add(table)).collect()
        } else {
            Vec::new()
        }
    }

    fn foreign_key(&self, column: &str) -> Option<&ForeignKey> {
        self.foreign_keys
            .iter()
            .find(|key| same_name(key.column, column))
    }
}

async fn has_rows(target: &mut Target<'_>, table: &'static str) -> Result<bool> {
    let mut any = Fragment::text("SELECT EXISTS (SELECT 1 FROM ");
    any.append(Fragment::table(table)).push(")");
    target.single(Statement::query(any)).await
}

/// Whether a column that exists can get a foreign key.
fn adds_foreign_keys(db: &Database) -> bool {
    match db.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(_) => false,
        #[cfg(feature = "mysql")]
        Driver::Mysql(_) => true,
    }
}
