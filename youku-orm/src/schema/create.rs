//! Creating the tables that are missing.

use crate::database::executor;
use crate::database::executor::Executor;
use crate::database::handle::{Database, Driver};
use crate::error::{Class, Error, Result};
use crate::schema::ddl;
use crate::schema::ddl::{create_table, foreign_keys};
use crate::schema::index_size;
use crate::schema::live::Live;
use crate::table::tables::TableInfo;

/// Creates the tables that the database lacks.
pub(super) async fn create_tables(db: &Database, tables: Vec<TableInfo>) -> Result<()> {
    let live = Live::names(&mut db.target()).await?;
    let missing: Vec<&TableInfo> = missing(&live, &tables).collect();
    require_reference_targets(&live, &tables, &missing)?;
    missing.iter().copied().try_for_each(index_size::check)?;
    let create = missing
        .into_iter()
        .flat_map(|table| create_table(db.dialect(), table));
    run(db, ddl::render(db, create), Vec::new()).await
}

/// The tables that the database lacks.
pub(super) fn missing<'t>(
    live: &Live,
    tables: &'t [TableInfo],
) -> impl Iterator<Item = &'t TableInfo> {
    tables
        .iter()
        .filter(|table| live.table(table.name).is_none())
}

/// Refuses foreign keys of `referring` to a table that neither exists nor is among `tables`. SQLite would
/// report such a foreign key only at the first insert.
pub(super) fn require_reference_targets(
    live: &Live,
    tables: &[TableInfo],
    referring: &[&TableInfo],
) -> Result<()> {
    let is_there =
        |name: &str| live.table(name).is_some() || tables.iter().any(|table| table.name == name);
    let mut lost = Vec::new();
    for table in referring {
        for key in foreign_keys(table) {
            if !is_there(key.to.table) {
                let (table, column, to) = (table.name, key.column, key.to.table);
                lost.push(format!("`{table}`.`{column}` refers to the table `{to}`"));
            }
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        Class::Schema,
        format!(
            "{}, which is not in the database: create its model in the same call, or write \
                 `no_foreign_key` on the column",
            lost.join(", ")
        ),
    ))
}

/// Runs rendered statements: those that create tables, in any order, and then those that change tables. SQLite applies
/// all or none of them; MySQL commits each one.
pub(super) async fn run(db: &Database, create: Vec<String>, change: Vec<String>) -> Result<()> {
    match db.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(_) => executor::script(db, [create, change].concat()).await,
        #[cfg(feature = "mysql")]
        Driver::Mysql(pool) => {
            if !create.is_empty() {
                let observers = db.observers().clone();
                pool.create_tables(observers, create).await?;
            }
            executor::script(db, change).await
        }
    }
}
