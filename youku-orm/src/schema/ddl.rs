//! The statements that create tables, columns, indexes and foreign keys, as segments.

use std::fmt::Write as _;

use crate::database::handle::Database;
use crate::sql::dialect::Dialect;
use crate::sql::fragment::{Fragment, Segment};
use crate::sql::statement::Statement;
use crate::table::tables::TableInfo;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;
use crate::types::reference::{OnDelete, Reference};
use crate::types::time_text;
use crate::types::value::Value;

/// An index of a table: its columns in order.
pub(super) struct Index {
    pub(super) name: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) unique: bool,
}

/// A foreign key of one column.
pub(super) struct ForeignKey {
    name: String,
    pub(super) column: &'static str,
    pub(super) to: Reference,
    pub(super) on_delete: OnDelete,
}

/// The texts of these statements, with the prefix of the handle.
pub(super) fn render(db: &Database, statements: impl IntoIterator<Item = Fragment>) -> Vec<String> {
    let text = |sql| {
        let statement = Statement::built(sql).render(db.dialect(), db.prefix());
        statement.sql.into_owned()
    };
    statements.into_iter().map(text).collect()
}

/// The statements that create one table, its indexes and its foreign keys.
pub(super) fn create_table(dialect: &Dialect, table: &TableInfo) -> Vec<Fragment> {
    let columns = table.columns.iter();
    let mut clauses: Vec<Fragment> = columns
        .map(|column| Fragment::text(column_clause(dialect, column, None)))
        .collect();
    let indexes = indexes(table);
    if dialect.indexes_in_table {
        clauses.extend(indexes.iter().map(|index| index.clause(table)));
    }
    let keys = foreign_keys(table);
    clauses.extend(keys.iter().map(|key| key.constraint(table)));
    let mut create = Fragment::text("CREATE TABLE IF NOT EXISTS ");
    create.append(Fragment::table(table.name)).push(" (");
    create.append_list(clauses).push(")");
    create.push(dialect.table_suffix());
    let mut script = vec![create];
    if !dialect.indexes_in_table {
        script.extend(
            indexes
                .iter()
                .map(|index| index.create(table, "IF NOT EXISTS ")),
        );
    }
    script
}

/// The statement that adds a column to a table that exists. It contains the foreign key if `foreign_key`
/// is given.
pub(super) fn add_column(
    dialect: &Dialect,
    table: &TableInfo,
    column: &ColumnInfo,
    foreign_key: Option<&ForeignKey>,
) -> Fragment {
    // Another program may have created the table, with a different collation for text.
    let text = column.kind == ColumnKind::Text;
    let clause = column_clause(dialect, column, dialect.collation.filter(|_| text));
    let mut sql = alter(table, " ADD COLUMN ");
    sql.push(clause);
    if let Some(foreign_key) = foreign_key {
        sql.push(" ").append(foreign_key.target());
    }
    sql
}

fn alter(table: &TableInfo, action: &'static str) -> Fragment {
    let mut sql = Fragment::text("ALTER TABLE ");
    sql.append(Fragment::table(table.name)).push(action);
    sql
}

/// The name of an index or a foreign key in backquotes, after `head`.
fn quoted_name(head: String, table: &TableInfo, name: &str) -> Fragment {
    let mut sql = Fragment::text(head + "`");
    sql.add(Segment::Prefix(table.name));
    sql.push(format!("{name}`"));
    sql
}

impl Index {
    /// The statement that adds it to a table that exists; `condition` is written in front of its name.
    pub(super) fn create(&self, table: &TableInfo, condition: &str) -> Fragment {
        let kind = if self.unique { "UNIQUE INDEX" } else { "INDEX" };
        let mut sql = quoted_name(format!("CREATE {kind} {condition}"), table, &self.name);
        sql.push(" ON ").append(Fragment::table(table.name));
        sql.push(self.column_list());
        sql
    }

    /// The clause of CREATE TABLE that contains it.
    fn clause(&self, table: &TableInfo) -> Fragment {
        let kind = if self.unique { "UNIQUE KEY " } else { "KEY " };
        let mut sql = quoted_name(kind.to_owned(), table, &self.name);
        sql.push(self.column_list());
        sql
    }

    fn column_list(&self) -> String {
        format!(" (`{}`)", self.columns.join("`, `"))
    }
}

impl ForeignKey {
    /// The statement that adds it to a table that exists, which SQLite cannot do.
    pub(super) fn add(&self, table: &TableInfo) -> Fragment {
        let mut sql = alter(table, " ADD ");
        sql.append(self.constraint(table));
        sql
    }

    fn constraint(&self, table: &TableInfo) -> Fragment {
        let mut sql = quoted_name("CONSTRAINT ".to_owned(), table, &self.name);
        sql.push(" FOREIGN KEY (").name(self.column).push(") ");
        sql.append(self.target());
        sql
    }

    fn target(&self) -> Fragment {
        let mut sql = Fragment::text("REFERENCES ");
        sql.append(Fragment::table(self.to.table)).push(" (");
        sql.name(self.to.column).push(") ON DELETE ");
        sql.push(self.on_delete.sql());
        sql
    }
}

fn column_clause(dialect: &Dialect, column: &ColumnInfo, collation: Option<&str>) -> String {
    let mut clause = format!("`{}` {}", column.name, dialect.column_type(column));
    if let Some(collation) = collation {
        let _ = write!(clause, " CHARACTER SET utf8mb4 COLLATE {collation}");
    }
    clause.push_str(if column.nullable {
        " NULL"
    } else {
        " NOT NULL"
    });
    if let Some(literal) = default_literal(dialect, column) {
        let _ = write!(clause, " DEFAULT {literal}");
    }
    // Part of the column's definition, because SQLite could not drop the column otherwise.
    if let Some(check) = dialect.check_clause(column) {
        let _ = write!(clause, " {check}");
    }
    clause
}

/// What the table's DEFAULT clause says of a column.
pub(super) fn default_literal(dialect: &Dialect, column: &ColumnInfo) -> Option<String> {
    literal(dialect, &(column.default?)())
}

/// A value as an SQL literal. `None` for bytes, whose defaults the library fills in at each insert, as it
/// does for defaults that are not constants, and `None` for a value that cannot be stored.
fn literal(dialect: &Dialect, value: &Value) -> Option<String> {
    value.check().ok()?;
    match value {
        Value::Bytes(_) | Value::Unstorable(_) => None,
        Value::Null => Some("NULL".to_owned()),
        Value::I64(number) => Some(number.to_string()),
        Value::U64(number) => Some(dialect.unsigned_literal(*number)),
        Value::F64(number) => Some(format!("{number:?}")),
        Value::Date(date) => Some(format!("'{}'", time_text::of_date(*date))),
        Value::Time(time) => Some(format!("'{}'", time_text::of_time(*time))),
        Value::DateTime(at) => Some(format!("'{}'", time_text::of_datetime(*at))),
        // In parentheses it is an expression, the only kind of default that MySQL accepts for a LONGTEXT.
        Value::Text(text) => Some(format!("({})", dialect.text_literal(text))),
    }
}

/// The indexes that the model asks for; the columns of a named group share one. Then an index for each
/// foreign key whose column is not the first column of any of them: MySQL would create it, SQLite would not.
pub(super) fn indexes(table: &TableInfo) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    for column in table.columns {
        for (group, kind) in [(column.unique, "unique"), (column.index, "index")] {
            let Some(group) = group else { continue };
            let part = if group.is_empty() { column.name } else { group };
            let name = limited_name(table.name, part, kind);
            match indexes.iter_mut().find(|index| index.name == name) {
                Some(index) if !group.is_empty() => index.columns.push(column.name),
                _ => indexes.push(Index {
                    name,
                    columns: vec![column.name],
                    unique: kind == "unique",
                }),
            }
        }
    }
    let key = |name| table.columns.iter().any(|own| own.key && own.name == name);
    for ForeignKey { name, column, .. } in foreign_keys(table) {
        if !key(column) && !indexes.iter().any(|index| index.columns[0] == column) {
            indexes.push(Index {
                name,
                columns: vec![column],
                unique: false,
            });
        }
    }
    indexes
}

/// The references that the database enforces.
pub(super) fn foreign_keys(table: &TableInfo) -> Vec<ForeignKey> {
    let keys = table.columns.iter().filter_map(|column| {
        let to = column.references.filter(|_| column.foreign_key)?();
        // The `Id<Self>` of the key itself.
        let own = column.key && to.table == table.name;
        (!own).then(|| ForeignKey {
            name: limited_name(table.name, column.name, "foreign"),
            column: column.name,
            to,
            on_delete: column.on_delete,
        })
    });
    keys.collect()
}

/// The names of a table and of everything that belongs to it.
pub(super) fn names(table: &TableInfo) -> Vec<String> {
    let indexes = indexes(table).into_iter().map(|index| index.name);
    let keys = foreign_keys(table).into_iter().map(|key| key.name);
    let own = [table.name.to_owned()].into_iter();
    own.chain(indexes).chain(keys).collect()
}

/// `<table>.<column or group>.<kind>`. SQLite has one namespace for the indexes of all tables, and MySQL
/// one for its foreign keys. No table has a dot in its name, so two tables never need the same name.
/// MySQL allows 64 characters: a longer name is truncated and ends with a hash (FNV-1a) of the whole name.
fn limited_name(table: &str, part: &str, kind: &str) -> String {
    let name = format!("{table}.{part}.{kind}");
    if name.chars().count() <= 64 {
        return name;
    }
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let head: String = name.chars().take(47).collect();
    format!("{head}_{hash:016x}")
}
