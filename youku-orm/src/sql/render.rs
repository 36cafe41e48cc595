//! Rendering: the text and the values of a statement, for one database and one prefix of tables.

use crate::sql::dialect::Dialect;
use crate::sql::fragment::{Fragment, Segment};
use crate::sql::prefix::TablePrefix;
use crate::types::column_type::ColumnKind;
use crate::types::value::Value;

/// Where segments are written to.
pub(crate) struct Renderer<'r> {
    pub(crate) dialect: &'r Dialect,
    pub(crate) prefix: Option<&'r TablePrefix>,
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Renderer<'_> {
    /// Writes all segments of a fragment.
    pub(crate) fn write(&mut self, fragment: Fragment) {
        self.sql
            .reserve(fragment.segments().iter().map(length).sum());
        for segment in fragment.into_segments() {
            self.segment(segment);
        }
    }

    fn segment(&mut self, segment: Segment) {
        match segment {
            Segment::Text(text) => self.sql.push_str(&text),
            Segment::SqliteOnly(text) => {
                if self.dialect.is_sqlite() {
                    self.sql.push_str(text);
                }
            }
            Segment::MysqlOnly(text) => {
                if !self.dialect.is_sqlite() {
                    self.sql.push_str(&text);
                }
            }
            Segment::Either { sqlite, mysql } => {
                let text = if self.dialect.is_sqlite() {
                    sqlite
                } else {
                    mysql
                };
                self.sql.push_str(text);
            }
            Segment::Name(name) => self.quoted(name),
            Segment::Table(table) => self.table(table),
            Segment::Prefix(table) => self.prefix_of(table),
            Segment::Column { table, column } => {
                self.table(table);
                self.sql.push('.');
                self.quoted(column);
            }
            Segment::Sorted { table, column } => {
                let name = self
                    .prefix
                    .map_or(table.into(), |prefix| prefix.named(table));
                // `CONCAT` keeps the collation of the column, with which it is also compared.
                let is_numbered = self.dialect.live_tables.sorts_by_number(&name, column);
                self.sql.push_str(if is_numbered { "CONCAT(" } else { "" });
                self.segment(Segment::Column { table, column });
                self.sql.push_str(if is_numbered { ")" } else { "" });
            }
            Segment::Value(value) => {
                self.sql.push('?');
                self.values.push(value);
            }
            Segment::Operand(kind, value) => {
                self.operand(kind);
                self.values.push(value);
            }
            Segment::List(kind, mut values) => {
                for position in 0..values.len() {
                    self.sql.push_str(if position == 0 { "(" } else { ", " });
                    self.operand(kind);
                }
                self.sql.push(')');
                self.values.append(&mut values);
            }
        }
    }

    /// The `?` of a value that is compared with a column of this kind.
    fn operand(&mut self, kind: ColumnKind) {
        let (head, tail) = self.dialect.around_operand(kind).unwrap_or_default();
        self.sql.push_str(head);
        self.sql.push('?');
        self.sql.push_str(tail);
    }

    fn table(&mut self, name: &str) {
        self.sql.push('`');
        self.prefix_of(name);
        self.sql.push_str(name);
        self.sql.push('`');
    }

    fn prefix_of(&mut self, table: &str) {
        if let Some(prefix) = self.prefix {
            self.sql.push_str(prefix.before(table));
        }
    }

    fn quoted(&mut self, name: &str) {
        self.sql.push('`');
        self.sql.push_str(name);
        self.sql.push('`');
    }
}

/// About how many bytes of text a segment takes.
fn length(segment: &Segment) -> usize {
    match segment {
        Segment::Text(text) | Segment::MysqlOnly(text) => text.len(),
        Segment::SqliteOnly(text) => text.len(),
        Segment::Either { sqlite, mysql } => sqlite.len().max(mysql.len()),
        Segment::Name(name) | Segment::Table(name) => name.len() + 2,
        Segment::Column { table, column } | Segment::Sorted { table, column } => {
            table.len() + column.len() + 5
        }
        Segment::Prefix(_) | Segment::Value(_) | Segment::Operand(..) => 1,
        Segment::List(_, values) => 3 * values.len(),
    }
}
