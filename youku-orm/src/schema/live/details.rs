//! What a check compares beyond names, types and keys: limits, collations, defaults, CHECK clauses and triggers of a table.

use crate::database::executor::Target;
use crate::database::handle::Driver;
use crate::error::Result;
use crate::schema::live::{LiveTable, rows, same_name};
use crate::sql::fragment::Fragment;
use crate::sql::table_text::{Definition, definitions};
use crate::types::value::Value;

/// The details of one table.
#[derive(Debug)]
pub(in crate::schema) struct TableDetails {
    columns: Vec<ColumnDetails>,
    /// The CHECK clauses that do not belong to a column.
    pub(in crate::schema) checks: Vec<String>,
    pub(in crate::schema) triggers: Vec<String>,
}

/// The details of one column.
#[derive(Debug, Default)]
pub(in crate::schema) struct ColumnDetails {
    name: String,
    /// Its collation. `None` is the default of SQLite, and of a column without text.
    pub(in crate::schema) collation: Option<String>,
    /// How many characters or bytes the database accepts.
    pub(in crate::schema) length: Option<u64>,
    /// The DEFAULT clause, as the database writes it.
    pub(in crate::schema) default: Option<String>,
    pub(in crate::schema) is_generated: bool,
    /// The expressions of its CHECK clauses.
    pub(in crate::schema) checks: Vec<String>,
}

impl TableDetails {
    pub(in crate::schema) async fn read(
        target: &mut Target<'_>,
        table: &LiveTable,
    ) -> Result<Self> {
        match target.database().driver() {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(_) => Self::of_sqlite(target, table).await,
            #[cfg(feature = "mysql")]
            Driver::Mysql(_) => Self::of_mysql(target, table).await,
        }
    }

    /// The column of that name.
    pub(in crate::schema) fn column(&self, name: &str) -> Option<&ColumnDetails> {
        let mut columns = self.columns.iter();
        columns.find(|column| same_name(&column.name, name))
    }

    #[cfg(feature = "sqlite")]
    async fn of_sqlite(target: &mut Target<'_>, table: &LiveTable) -> Result<Self> {
        let columns = "SELECT name, dflt_value, hidden > 1 FROM pragma_table_xinfo(";
        let columns = named(target, table, columns, ") WHERE hidden <> 1 ORDER BY cid");
        let columns: Vec<(String, Option<String>, bool)> = rows(target, columns).await?;
        let columns = columns
            .into_iter()
            .map(|(name, default, is_generated)| ColumnDetails {
                name,
                default,
                is_generated,
                ..ColumnDetails::default()
            });
        let text = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(";
        let text = named(target, table, text, ")");
        let texts: Vec<String> = rows(target, text).await?;
        let triggers =
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = lower(";
        let triggers = named(target, table, triggers, ") ORDER BY name");
        let triggers = rows(target, triggers).await?;
        Ok(Self::with_text(columns.collect(), texts, triggers, false))
    }

    #[cfg(feature = "mysql")]
    async fn of_mysql(target: &mut Target<'_>, table: &LiveTable) -> Result<Self> {
        type Row = (String, Option<String>, Option<u64>, Option<String>, bool);
        let columns = "SELECT column_name, collation_name, character_maximum_length, column_default, \
            extra LIKE '%VIRTUAL GENERATED%' OR extra LIKE '%STORED GENERATED%' \
            FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ";
        let columns = named(target, table, columns, " ORDER BY ordinal_position");
        let columns: Vec<Row> = rows(target, columns).await?;
        let columns = columns.into_iter().map(|row| {
            let (name, collation, length, default, is_generated) = row;
            ColumnDetails {
                name,
                collation,
                length,
                default,
                is_generated,
                checks: Vec::new(),
            }
        });
        let name = target.database().table_name(&table.name).replace('`', "``");
        let text = Fragment::text(format!("SHOW CREATE TABLE `{name}`"));
        let texts: Vec<(String, String)> = rows(target, text).await?;
        let texts = texts.into_iter().map(|(_, text)| text).collect();
        let triggers = "SELECT trigger_name FROM information_schema.triggers \
            WHERE event_object_schema = DATABASE() AND event_object_table = ";
        let triggers = named(target, table, triggers, " ORDER BY trigger_name");
        let triggers = rows(target, triggers).await?;
        Ok(Self::with_text(columns.collect(), texts, triggers, true))
    }

    /// Adds what only the CREATE TABLE text says. Its first definitions are those of the columns, in their order.
    fn with_text(
        mut columns: Vec<ColumnDetails>,
        texts: Vec<String>,
        triggers: Vec<String>,
        mysql: bool,
    ) -> Self {
        let text = texts.into_iter().next().unwrap_or_default();
        let mut definitions = definitions(&text, mysql).into_iter();
        for (column, definition) in columns.iter_mut().zip(&mut definitions) {
            let Definition { checks, collation } = definition;
            column.checks = checks;
            column.collation = column.collation.take().or(collation);
        }
        Self {
            columns,
            checks: definitions
                .flat_map(|definition| definition.checks)
                .collect(),
            triggers,
        }
    }
}

/// A query that binds the table's name in the database between two texts.
fn named(
    target: &Target<'_>,
    table: &LiveTable,
    head: &'static str,
    tail: &'static str,
) -> Fragment {
    let name = target.database().table_name(&table.name).into_owned();
    Fragment::value(Value::Text(name)).between(head, tail)
}
