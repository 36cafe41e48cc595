//! Tables from models: the DDL that [`Database::create_tables`] runs.

use std::fmt::Write as _;

use crate::database::{Database, Driver};
use crate::dialect::Dialect;
use crate::error::Result;
use crate::model::{ColumnInfo, Model};
use crate::value::Value;

/// One table as its model describes it.
#[derive(Debug, Clone, Copy)]
pub struct TableInfo {
    /// The table's name.
    pub name: &'static str,
    /// The columns in the order of the struct's fields.
    pub columns: &'static [ColumnInfo],
}

/// A model, or a tuple of models.
pub trait Tables {
    /// What the models say about their tables, in order.
    fn tables() -> Vec<TableInfo>;
}

impl<M: Model> Tables for M {
    fn tables() -> Vec<TableInfo> {
        vec![TableInfo {
            name: M::TABLE,
            columns: M::COLUMNS,
        }]
    }
}

macro_rules! tables {
    ($($name:ident)*) => {
        impl<$($name: Model),*> Tables for ($($name,)*) {
            fn tables() -> Vec<TableInfo> {
                vec![$(TableInfo { name: $name::TABLE, columns: $name::COLUMNS }),*]
            }
        }
    };
}
tables!(A);
tables!(A B);
tables!(A B C);
tables!(A B C D);
tables!(A B C D E);
tables!(A B C D E F);
tables!(A B C D E F G);
tables!(A B C D E F G H);
tables!(A B C D E F G H I);
tables!(A B C D E F G H I J);
tables!(A B C D E F G H I J K);
tables!(A B C D E F G H I J K L);

/// An index of a table: its columns in order.
struct Index {
    name: String,
    columns: Vec<&'static str>,
    unique: bool,
}

/// Runs the DDL of these tables, in order.
pub(crate) async fn create_tables(database: &Database, tables: &[TableInfo]) -> Result<()> {
    let script: Vec<String> = tables
        .iter()
        .flat_map(|table| create_table(database.dialect(), table))
        .collect();
    match database.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(pool) => pool.script(script).await,
        #[cfg(feature = "mysql")]
        Driver::Mysql(pool) => pool.script(script).await,
    }
}

/// The statements that create one table and its indexes.
fn create_table(dialect: &Dialect, table: &TableInfo) -> Vec<String> {
    let mut clauses: Vec<String> = table
        .columns
        .iter()
        .map(|column| column_clause(dialect, column))
        .collect();
    clauses.extend(
        table
            .columns
            .iter()
            .filter_map(|column| dialect.check_clause(column)),
    );
    let indexes = indexes(table);
    if dialect.indexes_in_table() {
        clauses.extend(indexes.iter().map(|index| {
            let kind = if index.unique { "UNIQUE KEY" } else { "KEY" };
            format!("{kind} `{}` ({})", index.name, column_list(&index.columns))
        }));
    }
    let mut script = vec![format!(
        "CREATE TABLE IF NOT EXISTS `{}` ({}){}",
        table.name,
        clauses.join(", "),
        dialect.table_suffix()
    )];
    if !dialect.indexes_in_table() {
        script.extend(indexes.iter().map(|index| {
            let kind = if index.unique {
                "UNIQUE INDEX"
            } else {
                "INDEX"
            };
            format!(
                "CREATE {kind} IF NOT EXISTS `{}` ON `{}` ({})",
                index.name,
                table.name,
                column_list(&index.columns)
            )
        }));
    }
    script
}

fn column_clause(dialect: &Dialect, column: &ColumnInfo) -> String {
    let mut clause = format!("`{}` {}", column.name, dialect.column_type(column));
    clause.push_str(if column.nullable {
        " NULL"
    } else {
        " NOT NULL"
    });
    if let Some(literal) = column
        .default
        .and_then(|default| literal(dialect, &default()))
    {
        let _ = write!(clause, " DEFAULT {literal}");
    }
    clause
}

/// A value as an SQL literal; none for bytes and instants, whose defaults the library fills in
/// at each insert like those that are no constants.
fn literal(dialect: &Dialect, value: &Value) -> Option<String> {
    match value {
        Value::Bytes(_) | Value::Timestamp(_) => None,
        Value::Null => Some("NULL".to_owned()),
        Value::I64(number) => Some(number.to_string()),
        Value::U64(number) => Some(dialect.unsigned_literal(*number)),
        Value::F64(number) => Some(format!("{number:?}")),
        // In brackets it is an expression, the one default that MySQL gives a LONGTEXT.
        Value::Text(text) => Some(format!("({})", dialect.text_literal(text))),
    }
}

/// Indexes in the order of their first column. Columns of one named group share an index.
fn indexes(table: &TableInfo) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    for column in table.columns {
        for (group, unique) in [(column.unique, true), (column.index, false)] {
            let Some(group) = group else { continue };
            let part = if group.is_empty() { column.name } else { group };
            let name = index_name(table.name, part, unique);
            match indexes.iter_mut().find(|index| index.name == name) {
                Some(index) if !group.is_empty() => index.columns.push(column.name),
                _ => indexes.push(Index {
                    name,
                    columns: vec![column.name],
                    unique,
                }),
            }
        }
    }
    indexes
}

/// `<table>.<column or group>.unique` or `.index`. SQLite keeps the indexes of all tables in one
/// namespace, and no table has a dot in its name, so no two tables want one name. MySQL allows 64
/// characters: a longer name is cut and ends with a hash (FNV-1a) of all of it.
fn index_name(table: &str, part: &str, unique: bool) -> String {
    let name = format!("{table}.{part}.{}", if unique { "unique" } else { "index" });
    if name.chars().count() <= 64 {
        return name;
    }
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let head: String = name.chars().take(47).collect();
    format!("{head}_{hash:016x}")
}

fn column_list(columns: &[&str]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    quoted.join(", ")
}
