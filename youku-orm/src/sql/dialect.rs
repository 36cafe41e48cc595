//! All differences between the SQL of the databases.

mod column_types;
mod upsert;

#[cfg(feature = "mysql")]
use column_types::{is_long, mysql_type};
#[cfg(feature = "sqlite")]
use column_types::{sqlite_range, sqlite_type};

use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;

/// How the SQL of one database differs from the text that all of them accept.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    family: Family,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    #[cfg(feature = "sqlite")]
    Sqlite,
    /// `key_step` is the server's `auto_increment_increment`. `collation` is the one that compares by code point
    /// and does not pad. `casts_json` says whether a text must be cast to be compared with JSON.
    #[cfg(feature = "mysql")]
    Mysql {
        collation: &'static str,
        key_step: u64,
        returning: bool,
        casts_json: bool,
    },
}

impl Dialect {
    #[cfg(feature = "sqlite")]
    pub(crate) fn sqlite() -> Self {
        Self {
            family: Family::Sqlite,
        }
    }

    /// MariaDB has RETURNING since 10.5 and `nopad` collations since 10.2; MySQL has a binary
    /// collation that does not pad since 8.0.17.
    #[cfg(feature = "mysql")]
    pub(crate) fn mysql(mariadb: bool, version: (u16, u16, u16), key_step: u64) -> Self {
        let collation = match mariadb {
            true => "utf8mb4_nopad_bin",
            false if version >= (8, 0, 17) => "utf8mb4_0900_bin",
            false => "utf8mb4_bin",
        };
        let returning = mariadb && version >= (10, 5, 0);
        Self {
            family: Family::Mysql {
                collation,
                key_step: key_step.max(1),
                returning,
                casts_json: !mariadb,
            },
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => true,
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => false,
        }
    }

    /// The SQL around the `?` of a value that is compared with a column of this kind.
    ///
    /// A decimal is sent as text, which MySQL would compare as floats; MariaDB does so too with BETWEEN. MySQL takes a
    /// text for JSON only if it is cast, with this syntax since version 8; MariaDB's JSON is text.
    pub(crate) fn around_operand(&self, kind: ColumnKind) -> Option<(&'static str, &'static str)> {
        match (self.family, kind) {
            #[cfg(feature = "mysql")]
            (Family::Mysql { .. }, ColumnKind::Decimal) => Some(("CAST(", " AS DECIMAL(57,28))")),
            #[cfg(feature = "mysql")]
            (Family::Mysql { casts_json, .. }, ColumnKind::Json) if casts_json => {
                Some(("/*!80000 CAST(*/", "/*!80000 AS JSON)*/"))
            }
            _ => None,
        }
    }

    /// Whether `INSERT … RETURNING` returns the key of every row.
    pub(crate) fn inserts_return_keys(&self) -> bool {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => false,
            #[cfg(feature = "mysql")]
            Family::Mysql { returning, .. } => returning,
        }
    }

    /// The keys of the rows of one INSERT. Both SQLite and InnoDB number them without a gap;
    /// SQLite reports the last one and InnoDB the first.
    pub(crate) fn keys(&self, reported: u64, rows: usize) -> Vec<u64> {
        let rows = rows as u64;
        let (first, step) = match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => (reported.saturating_sub(rows.saturating_sub(1)), 1),
            #[cfg(feature = "mysql")]
            Family::Mysql { key_step, .. } => (reported, key_step),
        };
        (0..rows)
            .map(|row| first.saturating_add(row.saturating_mul(step)))
            .collect()
    }

    /// The clause that locks the rows of a SELECT until the transaction ends. SQLite does not need it: its
    /// transactions already hold the only write lock.
    pub(crate) fn row_lock(&self) -> &'static str {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => "",
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => " FOR UPDATE",
        }
    }

    /// The keyword that asks for a query's plan.
    pub(crate) fn explain(&self) -> &'static str {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => "EXPLAIN QUERY PLAN ",
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => "EXPLAIN FORMAT=JSON ",
        }
    }

    /// A text as an SQL literal.
    pub(crate) fn text_literal(&self, text: &str) -> String {
        let quoted = text.replace('\'', "''");
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => format!("'{quoted}'"),
            // A backslash escapes in MySQL, unless NO_BACKSLASH_ESCAPES is set: the connections
            // of this crate set the mode themselves.
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => format!("'{}'", quoted.replace('\\', "\\\\")),
        }
    }

    /// An unsigned number as an SQL literal, as this database stores it.
    pub(crate) fn unsigned_literal(&self, number: u64) -> String {
        match self.family {
            // SQLite would read such a long number as a float.
            #[cfg(feature = "sqlite")]
            Family::Sqlite if i64::try_from(number).is_err() => format!("x'{number:016x}'"),
            #[cfg(feature = "sqlite")]
            Family::Sqlite => number.to_string(),
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => number.to_string(),
        }
    }

    /// What follows the column list of CREATE TABLE.
    pub(crate) fn table_suffix(&self) -> String {
        self.collation().map_or_else(String::new, |collation| {
            format!(" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={collation}")
        })
    }

    /// The collation of text, if the statement has to name one.
    pub(crate) fn collation(&self) -> Option<&'static str> {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => None,
            #[cfg(feature = "mysql")]
            Family::Mysql { collation, .. } => Some(collation),
        }
    }

    /// Whether indexes are part of CREATE TABLE, or are created by statements after it.
    pub(crate) fn indexes_in_table(&self) -> bool {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => false,
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => true,
        }
    }

    /// The SQL type of a column, with what belongs to its key.
    pub(crate) fn column_type(&self, column: &ColumnInfo) -> String {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => sqlite_type(column),
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => mysql_type(column),
        }
    }

    /// A CHECK clause for a limit that the column's type does not enforce itself.
    pub(crate) fn check_clause(&self, column: &ColumnInfo) -> Option<String> {
        let name = column.name;
        let limit = match (self.family, column.length) {
            #[cfg(feature = "sqlite")]
            (Family::Sqlite, Some(length)) => format!("length(`{name}`) <= {length}"),
            #[cfg(feature = "sqlite")]
            (Family::Sqlite, None) => sqlite_range(column)?,
            #[cfg(feature = "mysql")]
            (Family::Mysql { .. }, Some(length)) if is_long(column) => match column.kind {
                ColumnKind::Bytes => format!("LENGTH(`{name}`) <= {length}"),
                _ => format!("CHAR_LENGTH(`{name}`) <= {length}"),
            },
            #[cfg(feature = "mysql")]
            (Family::Mysql { .. }, _) => return None,
        };
        Some(format!("CHECK ({limit})"))
    }
}
