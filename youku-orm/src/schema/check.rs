//! Compares models with a live database, with one function for each rule.

use crate::database::handle::{Database, Driver};
use crate::error::Result;
use crate::schema::ddl::{foreign_keys, indexes};
use crate::schema::finding::{Finding, FindingKind, Findings};
use crate::schema::live::{Live, LiveColumn, LiveTable, same_name};
use crate::schema::{TableInfo, compare, family};
use crate::types::column_info::ColumnInfo;

/// All differences between these tables and those of the database.
pub(super) async fn check(db: &Database, tables: Vec<TableInfo>) -> Result<Findings> {
    let live = Live::read(db, &tables).await?;
    let mut findings = Vec::new();
    for table in &tables {
        match live.table(table.name) {
            None => findings.push(missing_table(table, &live)),
            Some(live) => {
                columns(db, table, live, &mut findings);
                if !live.is_view {
                    extra_columns(table, live, &mut findings);
                    key(table, live, &mut findings);
                    missing_indexes(table, live, &mut findings);
                    references(table, live, &mut findings);
                }
            }
        }
    }
    let findings = findings.into_iter().map(|finding| finding.of(db));
    Ok(Findings::new(findings.collect()))
}

fn missing_table(table: &TableInfo, live: &Live) -> Finding {
    let name = table.name;
    let help = match nearest(name, live.table_names()) {
        Some(near) => format!("did you mean `{near}`? write `#[model(table = \"{near}\")]`"),
        None => "create it with `create_tables`, `sync` or a migration".to_owned(),
    };
    let text = format!("the table `{name}` is missing; {help}");
    Finding::new(FindingKind::MissingTable, name, None, text)
}

fn columns(db: &Database, table: &TableInfo, live: &LiveTable, findings: &mut Vec<Finding>) {
    for column in table.columns {
        match live.column(column.name) {
            None => findings.push(missing_column(table, column, live)),
            Some(found) => {
                findings.extend(column_type(db, table, column, live, found));
                // The key of a view is unknown, and so is what its columns accept.
                if !live.is_view {
                    findings.extend(nullability(table, column, found));
                }
            }
        }
    }
}

fn missing_column(table: &TableInfo, column: &ColumnInfo, live: &LiveTable) -> Finding {
    let unknown = unknown(table, live).map(|column| column.name.as_str());
    let (table, name) = (table.name, column.name);
    let help = match nearest(name, unknown) {
        Some(near) => format!("did you mean `{near}`? write `#[model(column = \"{near}\")]`"),
        None => "add it with `sync` or a migration".to_owned(),
    };
    let text = format!("the column `{table}`.`{name}` is missing; {help}");
    Finding::new(FindingKind::MissingColumn, table, Some(name), text)
}

fn extra_columns(table: &TableInfo, live: &LiveTable, findings: &mut Vec<Finding>) {
    for column in unknown(table, live).filter(|column| !column.nullable && !column.filled) {
        let (table, name) = (table.name, column.name.as_str());
        let text = format!(
            "the column `{table}`.`{name}`, which the model lacks, is NOT NULL without a default, so \
             inserts fail; add a field for it, or give it a default"
        );
        let kind = FindingKind::ExtraColumn;
        findings.push(Finding::new(kind, table, Some(name), text));
    }
}

fn nullability(table: &TableInfo, column: &ColumnInfo, live: &LiveColumn) -> Option<Finding> {
    let (table, name) = (table.name, column.name);
    let text = match (column.nullable, live.nullable) {
        (true, false) => format!(
            "the column `{table}`.`{name}` is NOT NULL, and its field is an `Option`; write the \
             type without it"
        ),
        (false, true) => format!(
            "the column `{table}`.`{name}` takes NULL, and its field does not; write `Option`, or \
             make it NOT NULL in a migration"
        ),
        _ => return None,
    };
    Some(Finding::new(
        FindingKind::Nullability,
        table,
        Some(name),
        text,
    ))
}

fn column_type(
    db: &Database,
    table: &TableInfo,
    column: &ColumnInfo,
    live: &LiveTable,
    found: &LiveColumn,
) -> Option<Finding> {
    // Only its type: what belongs to the key is compared separately.
    let plain = ColumnInfo {
        key: false,
        auto: false,
        ..*column
    };
    let wanted = db.dialect().column_type(&plain);
    #[cfg(not(feature = "sqlite"))]
    let _ = live;
    let fits = match db.driver() {
        // SQLite chooses the type of a view's columns itself, or gives them none.
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(_) => live.is_view || family::fits_sqlite(&wanted, &found.sql_type),
        #[cfg(feature = "mysql")]
        Driver::Mysql(_) => family::fits_mysql(&wanted, &found.sql_type),
    };
    let (table, name, found) = (table.name, column.name, &found.sql_type);
    let text = format!(
        "the column `{table}`.`{name}` is `{found}`, and the model needs `{wanted}`; change the type \
         of the field, or that of the column in a migration"
    );
    (!fits).then(|| Finding::new(FindingKind::Type, table, Some(name), text))
}

fn key(table: &TableInfo, live: &LiveTable, findings: &mut Vec<Finding>) {
    let Some(key) = table.columns.iter().find(|column| column.key) else {
        return;
    };
    let Some(column) = live.column(key.name) else {
        return;
    };
    let (table, name, found) = (table.name, key.name, live.key());
    let text = if found.len() != 1 || !same_name(found[0], name) {
        let found = match found.is_empty() {
            true => "no primary key".to_owned(),
            false => format!("the primary key `{}`", found.join("`, `")),
        };
        format!("the table `{table}` has {found}, and the model has `{name}`")
    } else if key.auto && !column.auto {
        format!(
            "the key `{table}`.`{name}` is not counted by the database, and the model's is `auto`; \
             remove `auto`, or make the column count in a migration"
        )
    } else {
        return;
    };
    findings.push(Finding::new(FindingKind::Key, table, Some(name), text));
}

fn missing_indexes(table: &TableInfo, live: &LiveTable, findings: &mut Vec<Finding>) {
    let mut indexes = indexes(table);
    // A missing column has already been reported.
    indexes.retain(|index| {
        let mut columns = index.columns.iter();
        columns.all(|column| live.column(column).is_some()) && !compare::is_indexed(live, index)
    });
    for index in indexes {
        let (kind, fact) = match index.unique {
            true => (FindingKind::MissingUnique, "no unique index"),
            false => (FindingKind::MissingIndex, "no index"),
        };
        let (table, columns) = (table.name, index.columns.join("`, `"));
        let text = format!("the table `{table}` has {fact} over `{columns}`; add it with `sync`");
        findings.push(Finding::new(kind, table, Some(index.columns[0]), text));
    }
}

fn references(table: &TableInfo, live: &LiveTable, findings: &mut Vec<Finding>) {
    for key in foreign_keys(table) {
        let (table, column, to) = (table.name, key.column, key.to.table);
        let wanted = key.on_delete.sql();
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
        let kind = FindingKind::ForeignKey;
        findings.push(Finding::new(kind, table, Some(column), text));
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
