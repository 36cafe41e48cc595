//! Compares models with a live database, with one function for each rule.

mod details;
mod printed_sql;
#[cfg(feature = "sqlite")]
mod time_texts;

use std::borrow::Cow;

use crate::database::executor::Executor;
use crate::database::handle::{Database, Driver};
use crate::error::Result;
use crate::schema::ddl::{foreign_keys, indexes};
use crate::schema::finding::{Finding, FindingKind, Findings};
use crate::schema::live::details::TableDetails;
use crate::schema::live::{Live, LiveColumn, LiveTable, same_name};
use crate::schema::{TableInfo, compare, family};
use crate::types::column_info::ColumnInfo;

/// All differences between these tables and those of the database.
pub(super) async fn check(db: &Database, tables: Vec<TableInfo>) -> Result<Findings> {
    let target = &mut db.target();
    let live = Live::read(target, &tables).await?;
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    let mut findings = Vec::new();
    for (position, table) in tables.iter().enumerate() {
        let mut check = TableCheck {
            db,
            table,
            name: db.table_name(table.name),
            findings: &mut findings,
        };
        check.shared(details::has_model_before(&names, position));
        match live.table(table.name) {
            None => check.missing_table(&live),
            Some(live) => {
                check.columns(live);
                if !live.is_view {
                    check.extra_columns(live);
                    check.key(live);
                    check.indexes(live);
                    check.references(live);
                    check.details(live, &TableDetails::read(target, live).await?);
                }
                #[cfg(feature = "sqlite")]
                if db.dialect().is_sqlite() {
                    check.time_texts(target, live).await?;
                }
            }
        }
    }
    Ok(Findings::new(findings))
}

/// The check of one table.
struct TableCheck<'c> {
    db: &'c Database,
    table: &'c TableInfo,
    /// The table's name in the database, for messages.
    name: Cow<'c, str>,
    findings: &'c mut Vec<Finding>,
}

impl TableCheck<'_> {
    fn report(&mut self, kind: FindingKind, column: Option<&str>, text: String) {
        let finding = Finding::new(kind, self.table.name, column, text);
        self.findings.push(finding);
    }

    fn missing_table(&mut self, live: &Live) {
        let help = match nearest(self.table.name, live.table_names()) {
            Some(near) => {
                let shown = self.db.table_name(near);
                format!("did you mean `{shown}`? write `#[model(table = \"{near}\")]`")
            }
            None => "create it with `create_tables`, `sync` or a migration".to_owned(),
        };
        let text = format!("the table `{}` is missing; {help}", self.name);
        self.report(FindingKind::MissingTable, None, text);
    }

    fn columns(&mut self, live: &LiveTable) {
        for column in self.table.columns {
            match live.column(column.name) {
                None => self.missing_column(column, live),
                Some(found) => {
                    self.column_type(column, live, found);
                    // The key of a view is unknown, and so is what its columns accept.
                    if !live.is_view {
                        self.nullability(column, found);
                    }
                }
            }
        }
    }

    fn missing_column(&mut self, column: &ColumnInfo, live: &LiveTable) {
        let unknown = unknown(self.table, live).map(|column| column.name.as_str());
        let (table, name) = (&self.name, column.name);
        let help = match nearest(name, unknown) {
            Some(near) => format!("did you mean `{near}`? write `#[model(column = \"{near}\")]`"),
            None => "add it with `sync` or a migration".to_owned(),
        };
        let text = format!("the column `{table}`.`{name}` is missing; {help}");
        self.report(FindingKind::MissingColumn, Some(name), text);
    }

    fn column_type(&mut self, column: &ColumnInfo, live: &LiveTable, found: &LiveColumn) {
        #[cfg(not(feature = "sqlite"))]
        let _ = live;
        let fits = match self.db.driver() {
            // SQLite chooses the type of a view's columns itself, or gives them none.
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(_) => live.is_view || family::fits_sqlite(column.kind, &found.sql_type),
            #[cfg(feature = "mysql")]
            Driver::Mysql(_) => family::fits_mysql(column.kind, &found.sql_type),
        };
        if !fits {
            // Only its type: what belongs to the key has its own rule.
            let plain = ColumnInfo {
                key: false,
                auto: false,
                ..*column
            };
            let wanted = self.db.dialect().column_type(&plain);
            let (table, name, found) = (&self.name, column.name, &found.sql_type);
            let text = format!(
                "the column `{table}`.`{name}` is `{found}`, and the model needs `{wanted}`; change \
                 the type of the field, or that of the column in a migration"
            );
            self.report(FindingKind::Type, Some(name), text);
        }
    }

    fn nullability(&mut self, column: &ColumnInfo, found: &LiveColumn) {
        let (table, name) = (&self.name, column.name);
        let text = match (column.nullable, found.nullable) {
            (true, false) => format!(
                "the column `{table}`.`{name}` is NOT NULL, and its field is an `Option`; write the \
                 type without it"
            ),
            (false, true) => format!(
                "the column `{table}`.`{name}` takes NULL, and its field does not; write `Option`, \
                 or make it NOT NULL in a migration"
            ),
            _ => return,
        };
        self.report(FindingKind::Nullability, Some(name), text);
    }

    fn extra_columns(&mut self, live: &LiveTable) {
        for column in unknown(self.table, live).filter(|column| !column.nullable && !column.filled)
        {
            let (table, name) = (&self.name, column.name.as_str());
            let text = format!(
                "the column `{table}`.`{name}`, which the model lacks, is NOT NULL without a default, \
                 so inserts fail; add a field for it, or give it a default"
            );
            self.report(FindingKind::ExtraColumn, Some(name), text);
        }
    }

    fn key(&mut self, live: &LiveTable) {
        let Some(key) = self.table.columns.iter().find(|column| column.key) else {
            return;
        };
        let Some(column) = live.column(key.name) else {
            return;
        };
        let (table, name, found) = (&self.name, key.name, live.key());
        let text = if found.len() != 1 || !same_name(found[0], name) {
            let found = if found.is_empty() {
                "no primary key".to_owned()
            } else {
                format!("the primary key `{}`", found.join("`, `"))
            };
            format!("the table `{table}` has {found}, and the model has `{name}`")
        } else if key.auto && !column.auto {
            format!(
                "the key `{table}`.`{name}` is not generated by the database, and the model's is `auto`; \
                 remove `auto`, or let the database generate the key in a migration"
            )
        } else if column.auto && !key.auto && !self.db.dialect().is_sqlite() {
            format!(
                "the key `{table}`.`{name}` is AUTO_INCREMENT, and the model's is not `auto`: the key 0 is stored as another \
                 number; write `auto`, or remove AUTO_INCREMENT in a migration"
            )
        } else {
            return;
        };
        self.report(FindingKind::Key, Some(name), text);
    }

    fn indexes(&mut self, live: &LiveTable) {
        for index in indexes(self.table) {
            // A missing column has already been reported.
            let mut columns = index.columns.iter();
            if columns.any(|column| live.column(column).is_none())
                || compare::is_indexed(live, &index)
            {
                continue;
            }
            let (kind, fact) = if index.unique {
                (FindingKind::MissingUnique, "no unique index")
            } else {
                (FindingKind::MissingIndex, "no index")
            };
            let (table, columns) = (&self.name, index.columns.join("`, `"));
            let text =
                format!("the table `{table}` has {fact} over `{columns}`; add it with `sync`");
            self.report(kind, Some(index.columns[0]), text);
        }
    }

    fn references(&mut self, live: &LiveTable) {
        for key in foreign_keys(self.table) {
            let (table, column) = (&self.name, key.column);
            let (to, wanted) = (self.db.table_name(key.to.table), key.on_delete.sql());
            let text = match compare::foreign_key(live, &key) {
                // A missing column has already been reported.
                _ if live.column(column).is_none() => continue,
                // The same, as long as nothing is deferred.
                Some(own) if own.on_delete.replace("NO ACTION", "RESTRICT") == wanted => continue,
                Some(own) => format!(
                    "the foreign key of `{table}`.`{column}` does {} on delete, and the model says \
                     {wanted}",
                    own.on_delete
                ),
                None => format!(
                    "the column `{table}`.`{column}` has no foreign key to `{to}`; add it in a \
                     migration (`sync` does on MySQL), or write `no_foreign_key`"
                ),
            };
            self.report(FindingKind::ForeignKey, Some(column), text);
        }
    }
}

/// The columns of the table that the model does not have.
fn unknown<'l>(table: &TableInfo, live: &'l LiveTable) -> impl Iterator<Item = &'l LiveColumn> {
    let columns = table.columns;
    let known = move |name: &str| columns.iter().any(|column| same_name(column.name, name));
    live.columns.iter().filter(move |live| !known(&live.name))
}

/// The name that was most likely meant.
fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let distances = names.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let near = distances.filter(|(distance, _)| *distance <= name.chars().count() / 3);
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}
