//! What the tables of a live database look like, read from the database's own catalogue.

pub(super) mod details;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::database::executor::Target;
use crate::database::handle::{Database, Driver};
use crate::error::Result;
use crate::sql::fragment::Fragment;
use crate::sql::statement::Statement;
use crate::table::tables::TableInfo;
use crate::types::column_type::ColumnKind;
use crate::types::row::FromRow;
use crate::types::value::Value;

/// The queries of one database's catalogue. Each result is ordered by table first.
struct Catalogue {
    /// Whether names of tables compare without case.
    folds: &'static str,
    /// Name of each table and view, and whether it is a view.
    tables: &'static str,
    /// Table, column, declared type, nullable, filled by the database, counted by the database;
    /// of the tables whose list of names is written between the two parts. A view among the other tables may be broken.
    columns: [&'static str; 2],
    /// Table, column of its primary key; the columns of a key in their order.
    keys: &'static str,
    /// Table, index, unique, column; the columns of an index in their order, NULL for a part that
    /// is not a whole column.
    indexes: &'static str,
    /// Table, column, table and column referred to, action on delete.
    foreign_keys: &'static str,
}

/// The tables of a live database.
#[derive(Debug)]
pub(super) struct Live {
    tables: Vec<LiveTable>,
    folds: bool,
}

#[derive(Debug)]
pub(super) struct LiveTable {
    pub(super) name: String,
    pub(super) is_view: bool,
    pub(super) columns: Vec<LiveColumn>,
    key: Vec<String>,
    pub(super) indexes: Vec<LiveIndex>,
    pub(super) foreign_keys: Vec<LiveForeignKey>,
}

#[derive(Debug)]
pub(super) struct LiveColumn {
    pub(super) name: String,
    /// As the database writes it, such as `bigint(20) unsigned`.
    pub(super) sql_type: String,
    pub(super) nullable: bool,
    /// The database fills in a value if an insert gives none.
    pub(super) filled: bool,
    pub(super) auto: bool,
}

#[derive(Debug)]
pub(super) struct LiveIndex {
    name: String,
    pub(super) unique: bool,
    /// `None` for a part that is not a whole column.
    pub(super) columns: Vec<Option<String>>,
}

#[derive(Debug)]
pub(super) struct LiveForeignKey {
    pub(super) column: String,
    pub(super) table: String,
    /// `None` is the primary key.
    pub(super) to: Option<String>,
    /// As SQL writes it, such as `SET NULL`.
    pub(super) on_delete: String,
}

impl Live {
    /// Reads names only, which is what creating tables needs.
    pub(super) async fn names(target: &mut Target<'_>) -> Result<Self> {
        let catalogue = catalogue(target.database());
        let tables: Vec<(String, bool)> = rows(target, Fragment::text(catalogue.tables)).await?;
        let folds = Statement::query(Fragment::text(catalogue.folds));
        let folds = target.single(folds).await?;
        Ok(Self {
            folds,
            tables: tables
                .into_iter()
                .filter_map(|(name, is_view)| Some((model_name(target.database(), name)?, is_view)))
                .map(|(name, is_view)| LiveTable {
                    name,
                    is_view,
                    columns: Vec::new(),
                    key: Vec::new(),
                    indexes: Vec::new(),
                    foreign_keys: Vec::new(),
                })
                .collect(),
        })
    }

    /// Reads the names of all tables, and everything about these.
    pub(super) async fn read(target: &mut Target<'_>, tables: &[TableInfo]) -> Result<Self> {
        let mut live = Self::names(target).await?;
        live.read_columns(target, tables).await?;
        live.read_keys(target).await?;
        live.read_indexes(target).await?;
        live.read_foreign_keys(target).await?;
        Ok(live)
    }

    /// The table of that name.
    pub(super) fn table(&self, name: &str) -> Option<&LiveTable> {
        let same = |table: &&LiveTable| {
            if self.folds {
                same_name(&table.name, name)
            } else {
                table.name == name
            }
        };
        self.tables.iter().find(same)
    }

    /// The names of all tables.
    pub(super) fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|table| table.name.as_str())
    }

    async fn read_columns(&mut self, target: &mut Target<'_>, tables: &[TableInfo]) -> Result<()> {
        type Row = (String, String, String, bool, bool, bool);
        let present = tables.iter().filter_map(|table| self.table(table.name));
        let db = target.database();
        let names = present.map(|table| Value::Text(db.table_name(&table.name).into_owned()));
        let Some(list) = Fragment::list(ColumnKind::Text, names.collect()) else {
            return Ok(());
        };
        let [head, tail] = catalogue(target.database()).columns;
        let query = Fragment::text(head)
            .then(" ", list)
            .then(" ", Fragment::text(tail));
        let rows: Vec<Row> = rows(target, query).await?;
        for (table, name, sql_type, nullable, filled, auto) in rows {
            let column = LiveColumn {
                name,
                sql_type,
                nullable,
                filled,
                auto,
            };
            self.add(target.database(), table, |table| table.columns.push(column));
        }
        Ok(())
    }

    async fn read_keys(&mut self, target: &mut Target<'_>) -> Result<()> {
        let rows: Vec<(String, String)> =
            rows(target, Fragment::text(catalogue(target.database()).keys)).await?;
        for (table, column) in rows {
            self.add(target.database(), table, |table| table.key.push(column));
        }
        Ok(())
    }

    async fn read_indexes(&mut self, target: &mut Target<'_>) -> Result<()> {
        let rows: Vec<(String, String, bool, Option<String>)> =
            rows(target, Fragment::text(catalogue(target.database()).indexes)).await?;
        for (table, name, unique, column) in rows {
            self.add(target.database(), table, |table| {
                match table.indexes.last_mut() {
                    Some(index) if index.name == name => index.columns.push(column),
                    _ => table.indexes.push(LiveIndex {
                        name,
                        unique,
                        columns: vec![column],
                    }),
                }
            });
        }
        Ok(())
    }

    async fn read_foreign_keys(&mut self, target: &mut Target<'_>) -> Result<()> {
        let rows: Vec<(String, String, String, Option<String>, String)> = rows(
            target,
            Fragment::text(catalogue(target.database()).foreign_keys),
        )
        .await?;
        for (own, column, table, to, on_delete) in rows {
            let Some(table) = model_name(target.database(), table) else {
                continue;
            };
            let foreign_key = LiveForeignKey {
                column,
                table,
                to,
                on_delete,
            };
            self.add(target.database(), own, |table| {
                table.foreign_keys.push(foreign_key)
            });
        }
        Ok(())
    }

    /// A table that was made after the names were read is passed over.
    fn add(&mut self, db: &Database, name: String, put: impl FnOnce(&mut LiveTable)) {
        let name = model_name(db, name);
        let mut tables = self.tables.iter_mut();
        if let Some(table) = tables.find(|table| Some(&table.name) == name.as_ref()) {
            put(table);
        }
    }
}

impl LiveTable {
    /// The column of that name.
    pub(super) fn column(&self, name: &str) -> Option<&LiveColumn> {
        self.columns
            .iter()
            .find(|column| same_name(&column.name, name))
    }

    /// The columns of the primary key, in its order.
    pub(super) fn key(&self) -> Vec<&str> {
        self.key.iter().map(String::as_str).collect()
    }
}

/// How the models know a table of the database; see [`TablePrefix::model_name`].
///
/// [`TablePrefix::model_name`]: crate::sql::prefix::TablePrefix::model_name
fn model_name(db: &Database, live: String) -> Option<String> {
    match db.prefix() {
        Some(prefix) => prefix.model_name(live),
        None => Some(live),
    }
}

async fn rows<T: FromRow>(target: &mut Target<'_>, query: Fragment) -> Result<Vec<T>> {
    target.rows(Statement::query(query)).await
}

/// Both databases compare names of columns without case.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn catalogue(db: &Database) -> &'static Catalogue {
    match db.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(_) => &sqlite::CATALOGUE,
        #[cfg(feature = "mysql")]
        Driver::Mysql(_) => &mysql::CATALOGUE,
    }
}
