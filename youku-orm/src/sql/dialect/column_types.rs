//! The SQL type of a column, and the limits that its type does not keep by itself.

use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;

/// The numbers that the column's Rust type holds. SQLite itself stores any value in any column, so
/// the result of a calculation would be found out only when it is read. NULL passes.
pub(super) fn sqlite_range(column: &ColumnInfo) -> Option<String> {
    let name = column.name;
    // An integer that overflows becomes a float.
    let integer = format!("typeof(`{name}`) IN ('integer', 'null')");
    match column.kind {
        ColumnKind::Json => Some(format!("json_valid(`{name}`)")),
        ColumnKind::Signed(64) => Some(integer),
        ColumnKind::Signed(bits) => {
            let most = i64::MAX >> (64 - bits);
            Some(format!(
                "{integer} AND `{name}` BETWEEN {} AND {most}",
                -most - 1
            ))
        }
        // Numbers beyond the signed ones are stored as bytes.
        ColumnKind::Unsigned(64) => Some(format!(
            "typeof(`{name}`) IN ('integer', 'blob', 'null') AND `{name}` >= 0"
        )),
        ColumnKind::Unsigned(bits) => {
            let most = u64::MAX >> (64 - bits);
            Some(format!("{integer} AND `{name}` BETWEEN 0 AND {most}"))
        }
        // The bound lies between the greatest `f32` and the first number that rounds to infinity.
        ColumnKind::Single => Some(format!("abs(`{name}`) < 3.4028235e38")),
        // A literal beyond the greatest `f64` is infinity.
        ColumnKind::Double => Some(format!("abs(`{name}`) < 9e999")),
        _ => None,
    }
}

pub(super) fn sqlite_type(column: &ColumnInfo) -> String {
    let name = match column.kind {
        ColumnKind::Boolean | ColumnKind::Signed(_) | ColumnKind::Unsigned(_) => "INTEGER",
        ColumnKind::Single | ColumnKind::Double => "REAL",
        ColumnKind::Text | ColumnKind::Json => "TEXT",
        ColumnKind::Timestamp | ColumnKind::Date | ColumnKind::Time | ColumnKind::DateTime => {
            "TEXT"
        }
        ColumnKind::Decimal => "TEXT COLLATE decimal",
        ColumnKind::Bytes | ColumnKind::Uuid => "BLOB",
    };
    match (column.key, column.auto) {
        (true, true) => format!("{name} PRIMARY KEY AUTOINCREMENT"),
        (true, false) => format!("{name} PRIMARY KEY"),
        _ => name.to_owned(),
    }
}

fn is_indexed(column: &ColumnInfo) -> bool {
    let indexed = column.unique.is_some() || column.index.is_some();
    column.key || indexed || column.references.is_some()
}

/// Whether the column should be stored outside its row. All columns within a row share 65,535 bytes, and
/// each VARCHAR counts with its greatest length.
pub(super) fn is_long(column: &ColumnInfo) -> bool {
    column.length.is_some_and(|length| length > 1_000) && !is_indexed(column)
}

pub(super) fn mysql_type(column: &ColumnInfo) -> String {
    let length = column.length.filter(|_| !is_long(column));
    let name = match (column.kind, length) {
        (ColumnKind::Boolean, _) => "BOOLEAN".to_owned(),
        (ColumnKind::Signed(bits), _) => integer_type(bits).to_owned(),
        (ColumnKind::Unsigned(bits), _) => format!("{} UNSIGNED", integer_type(bits)),
        (ColumnKind::Single, _) => "FLOAT".to_owned(),
        (ColumnKind::Double, _) => "DOUBLE".to_owned(),
        (ColumnKind::Text, Some(length)) => format!("VARCHAR({length})"),
        (ColumnKind::Text, None) => "LONGTEXT".to_owned(),
        (ColumnKind::Bytes, Some(length)) => format!("VARBINARY({length})"),
        (ColumnKind::Bytes, None) => "LONGBLOB".to_owned(),
        (ColumnKind::Timestamp | ColumnKind::DateTime, _) => "DATETIME(6)".to_owned(),
        (ColumnKind::Date, _) => "DATE".to_owned(),
        (ColumnKind::Time, _) => "TIME(6)".to_owned(),
        (ColumnKind::Decimal, _) => "DECIMAL(57,28)".to_owned(),
        (ColumnKind::Uuid, _) => "BINARY(16)".to_owned(),
        (ColumnKind::Json, _) => "JSON".to_owned(),
    };
    match (column.key, column.auto) {
        (true, true) => format!("{name} AUTO_INCREMENT PRIMARY KEY"),
        (true, false) => format!("{name} PRIMARY KEY"),
        _ => name,
    }
}

fn integer_type(bits: u8) -> &'static str {
    match bits {
        8 => "TINYINT",
        16 => "SMALLINT",
        32 => "INT",
        _ => "BIGINT",
    }
}
