//! All differences between the SQL of the databases.

mod column_types;
mod live_tables;
mod upsert;

use column_types::{is_long, mysql_type, sqlite_range, sqlite_type};
pub(crate) use live_tables::LiveTable;
use live_tables::LiveTables;

use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;

/// How the SQL of one database differs from the text that all of them accept.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    is_sqlite: bool,
    /// The collation that compares text by code point and does not pad, if a statement has to name one.
    pub(crate) collation: Option<&'static str>,
    /// Whether an INSERT can return rows, also with a conflict clause.
    pub(crate) returns_rows: bool,
    /// What MySQL's catalogue says of the tables. Of SQLite it stays empty.
    pub(crate) live_tables: LiveTables,
    /// Whether a text must be cast to be compared with JSON.
    casts_json: bool,
    /// The clause that locks the rows of a SELECT until the transaction ends. SQLite does not need it: its
    /// transactions already hold the only write lock.
    pub(crate) row_lock: &'static str,
    /// The keyword that asks for a query's plan.
    pub(crate) explain: &'static str,
    /// Whether indexes are part of CREATE TABLE, or are created by statements after it.
    pub(crate) indexes_in_table: bool,
}

impl Dialect {
    #[cfg(feature = "sqlite")]
    pub(crate) fn sqlite() -> Self {
        Self {
            is_sqlite: true,
            collation: None,
            returns_rows: true,
            live_tables: LiveTables::default(),
            casts_json: false,
            row_lock: "",
            explain: "EXPLAIN QUERY PLAN ",
            indexes_in_table: false,
        }
    }

    /// MariaDB has RETURNING since 10.5. The collation is one that does not pad.
    #[cfg(feature = "mysql")]
    pub(crate) fn mysql(mariadb: bool, version: (u16, u16, u16), collation: &'static str) -> Self {
        Self {
            is_sqlite: false,
            collation: Some(collation),
            returns_rows: mariadb && version >= (10, 5, 0),
            live_tables: LiveTables::default(),
            casts_json: !mariadb,
            row_lock: " FOR UPDATE",
            explain: "EXPLAIN FORMAT=JSON ",
            indexes_in_table: true,
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.is_sqlite
    }

    /// The SQL around the `?` of a value that is compared with a column of this kind.
    ///
    /// A decimal is sent as text, which MySQL would compare as floats; MariaDB does so too with BETWEEN. MySQL takes a
    /// text for JSON only if it is cast, with this syntax since version 8; MariaDB's JSON is text.
    pub(crate) fn around_operand(&self, kind: ColumnKind) -> Option<(&'static str, &'static str)> {
        match kind {
            ColumnKind::Decimal if !self.is_sqlite => Some(("CAST(", " AS DECIMAL(57,28))")),
            ColumnKind::Json if self.casts_json => {
                Some(("/*!80000 CAST(*/", "/*!80000 AS JSON)*/"))
            }
            _ => None,
        }
    }

    /// A text as an SQL literal.
    pub(crate) fn text_literal(&self, text: &str) -> String {
        let mut quoted = text.replace('\'', "''");
        if !self.is_sqlite {
            // A backslash escapes in MySQL, unless NO_BACKSLASH_ESCAPES is set: the connections
            // of this crate set the mode themselves.
            quoted = quoted.replace('\\', "\\\\");
        }
        format!("'{quoted}'")
    }

    /// An unsigned number as an SQL literal, as this database stores it.
    pub(crate) fn unsigned_literal(&self, number: u64) -> String {
        if self.is_sqlite && i64::try_from(number).is_err() {
            // SQLite would read such a long number as a float.
            return format!("x'{number:016x}'");
        }
        number.to_string()
    }

    /// What follows the column list of CREATE TABLE.
    pub(crate) fn table_suffix(&self) -> String {
        self.collation.map_or_else(String::new, |collation| {
            format!(" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={collation}")
        })
    }

    /// The SQL type of a column, with what belongs to its key.
    pub(crate) fn column_type(&self, column: &ColumnInfo) -> String {
        if self.is_sqlite {
            sqlite_type(column)
        } else {
            mysql_type(column)
        }
    }

    /// A CHECK clause for a limit that the column's type does not enforce itself.
    pub(crate) fn check_clause(&self, column: &ColumnInfo) -> Option<String> {
        let name = column.name;
        let limit = match column.length {
            Some(length) if self.is_sqlite => format!("length(`{name}`) <= {length}"),
            None if self.is_sqlite => sqlite_range(column)?,
            Some(length) if is_long(column) => match column.kind {
                ColumnKind::Bytes => format!("LENGTH(`{name}`) <= {length}"),
                _ => format!("CHAR_LENGTH(`{name}`) <= {length}"),
            },
            _ => return None,
        };
        Some(format!("CHECK ({limit})"))
    }
}
