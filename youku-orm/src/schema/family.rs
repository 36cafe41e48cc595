//! Families of SQL types, to check whether a live column can hold the model's values. That of a live column is recognised by the
//! name of its type, that of a model's column follows from its kind.

use crate::types::column_type::ColumnKind;

/// What values a column holds.
#[derive(Debug, PartialEq, Eq)]
enum Family {
    Integer {
        bits: u8,
        unsigned: bool,
    },
    Float {
        bits: u8,
    },
    Text,
    /// Text that must be JSON.
    #[cfg(feature = "mysql")]
    Json,
    Bytes,
    /// The number of digits before and after the decimal point.
    #[cfg(feature = "mysql")]
    Decimal {
        whole: u32,
        fraction: u32,
    },
    /// A date and time or a time of day, and the digits of its seconds' fraction.
    #[cfg(feature = "mysql")]
    Moment {
        name: String,
        fraction: u32,
    },
    /// Any other, by its name.
    Other(String),
}

/// Whether a MySQL column of type `live` holds every value of a model's column.
#[cfg(feature = "mysql")]
pub(super) fn fits_mysql(model: ColumnKind, live: &str) -> bool {
    use Family::{Decimal, Float, Integer, Json, Moment, Text};
    use std::cmp::Ordering;
    match (mysql_of(model), mysql(live)) {
        (
            Integer { bits, unsigned },
            Integer {
                bits: live,
                unsigned: live_unsigned,
            },
        ) => match unsigned.cmp(&live_unsigned) {
            Ordering::Equal => live >= bits,
            Ordering::Greater => live > bits,
            Ordering::Less => false,
        },
        (Float { bits }, Float { bits: live }) => live >= bits,
        (Json, Text) => true,
        (
            Decimal { whole, fraction },
            Decimal {
                whole: live_whole,
                fraction: live_fraction,
            },
        ) => live_whole >= whole && live_fraction >= fraction,
        (
            Moment { name, fraction },
            Moment {
                name: live_name,
                fraction: live_fraction,
            },
        ) => live_name == name && live_fraction >= fraction,
        (model, live) => model == live,
    }
}

/// The family of the type that a model's column gets in MySQL.
#[cfg(feature = "mysql")]
fn mysql_of(kind: ColumnKind) -> Family {
    let integer = |bits, unsigned| Family::Integer { bits, unsigned };
    let moment = |name: &str| Family::Moment {
        name: name.to_owned(),
        fraction: 6,
    };
    match kind {
        ColumnKind::Boolean => integer(1, true),
        ColumnKind::Signed(bits) => integer(bits, false),
        ColumnKind::Unsigned(bits) => integer(bits, true),
        ColumnKind::Single => Family::Float { bits: 32 },
        ColumnKind::Double => Family::Float { bits: 64 },
        ColumnKind::Text => Family::Text,
        ColumnKind::Json => Family::Json,
        ColumnKind::Bytes | ColumnKind::Uuid => Family::Bytes,
        ColumnKind::Timestamp | ColumnKind::DateTime => moment("datetime"),
        ColumnKind::Time => moment("time"),
        ColumnKind::Date => Family::Other("date".to_owned()),
        ColumnKind::Decimal => Family::Decimal {
            whole: 29,
            fraction: 28,
        },
    }
}

/// MySQL manual, "Data Types"; MariaDB calls `JSON` a `longtext`.
#[cfg(feature = "mysql")]
fn mysql(sql_type: &str) -> Family {
    let sql_type = sql_type.to_lowercase();
    let name = sql_type.split(['(', ' ']).next().unwrap_or_default();
    let unsigned = sql_type.contains("unsigned");
    let integer = |bits| Family::Integer { bits, unsigned };
    match name {
        "tinyint" => integer(8),
        "smallint" => integer(16),
        "mediumint" => integer(24),
        "int" | "integer" => integer(32),
        "bigint" => integer(64),
        "float" => Family::Float { bits: 32 },
        "double" => Family::Float { bits: 64 },
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" => {
            Family::Text
        }
        "json" => Family::Json,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Family::Bytes,
        "decimal" => {
            let digits = numbers(&sql_type);
            let fraction = digits.get(1).copied().unwrap_or(0);
            let whole = digits.first().copied().unwrap_or(10);
            Family::Decimal {
                whole: whole.saturating_sub(fraction),
                fraction,
            }
        }
        "timestamp" | "datetime" | "time" => Family::Moment {
            // Both hold an instant once the session's time zone is UTC.
            name: name.replace("timestamp", "datetime"),
            fraction: numbers(&sql_type).first().copied().unwrap_or(0),
        },
        other => Family::Other(other.to_owned()),
    }
}

/// The numbers of a type such as `decimal(57,28)`.
#[cfg(feature = "mysql")]
fn numbers(sql_type: &str) -> Vec<u32> {
    let parts = sql_type.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

/// Whether an SQLite column of type `live` holds every value of a model's column.
#[cfg(feature = "sqlite")]
pub(super) fn fits_sqlite(model: ColumnKind, live: &str) -> bool {
    // A column without a type stores everything unchanged.
    if live.is_empty() {
        return true;
    }
    let (model, live) = (sqlite_of(model), sqlite(live));
    let number = |family: &Family| !matches!(family, Family::Text | Family::Bytes);
    // NUMERIC stores integers and floats unchanged.
    model == live || live == Family::Other("numeric".to_owned()) && number(&model)
}

/// The affinity of a model's column.
#[cfg(feature = "sqlite")]
fn sqlite_of(kind: ColumnKind) -> Family {
    match kind {
        ColumnKind::Boolean | ColumnKind::Signed(_) | ColumnKind::Unsigned(_) => Family::Integer {
            bits: 64,
            unsigned: false,
        },
        ColumnKind::Single | ColumnKind::Double => Family::Float { bits: 64 },
        ColumnKind::Bytes | ColumnKind::Uuid => Family::Bytes,
        _ => Family::Text,
    }
}

/// The affinity of a declared type (<https://www.sqlite.org/datatype3.html>, section 3.1).
#[cfg(feature = "sqlite")]
fn sqlite(sql_type: &str) -> Family {
    let sql_type = sql_type.to_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| sql_type.contains(part));
    if has(&["INT"]) {
        Family::Integer {
            bits: 64,
            unsigned: false,
        }
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        Family::Text
    } else if has(&["BLOB"]) {
        Family::Bytes
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Family::Float { bits: 64 }
    } else {
        Family::Other("numeric".to_owned())
    }
}

#[cfg(all(test, feature = "mysql", feature = "sqlite"))]
mod tests {
    use super::*;
    use ColumnKind::{
        Boolean, Bytes, DateTime, Decimal, Double, Json, Signed, Text, Time, Unsigned,
    };

    fn check(fits: fn(ColumnKind, &str) -> bool, model: ColumnKind, live: &str, expected: bool) {
        assert_eq!(fits(model, live), expected, "{model:?} into {live}");
    }

    #[test]
    fn a_wider_integer_of_the_same_sign_fits() {
        check(fits_mysql, Signed(32), "bigint(20)", true);
        check(fits_mysql, Unsigned(64), "bigint(20) unsigned", true);
        check(fits_mysql, Unsigned(64), "int(10) unsigned", false);
        check(fits_mysql, Unsigned(16), "int(11)", true);
        check(fits_mysql, Unsigned(32), "int(11)", false);
        check(fits_mysql, Signed(32), "bigint(20) unsigned", false);
        check(fits_mysql, Boolean, "tinyint(1)", true);
    }

    #[test]
    fn the_length_does_not_change_the_family() {
        check(fits_mysql, Text, "longtext", true);
        check(fits_mysql, Json, "longtext", true);
        check(fits_mysql, Json, "json", true);
        check(fits_mysql, Text, "json", false);
        check(fits_mysql, DateTime, "timestamp(6)", true);
        check(fits_mysql, DateTime, "date", false);
        check(fits_mysql, Text, "longblob", false);
        check(fits_mysql, Double, "float", false);
    }

    #[test]
    fn a_column_that_would_lose_digits_does_not_fit() {
        check(fits_mysql, Decimal, "decimal(57,28)", true);
        check(fits_mysql, Decimal, "decimal(65,28)", true);
        check(fits_mysql, Decimal, "decimal(57,30)", false);
        check(fits_mysql, Decimal, "decimal(10,0)", false);
        check(fits_mysql, DateTime, "datetime", false);
        check(fits_mysql, DateTime, "datetime(6)", true);
        check(fits_mysql, Time, "time(3)", false);
    }

    #[test]
    fn sqlite_goes_by_affinity() {
        check(fits_sqlite, Signed(64), "BIGINT", true);
        check(fits_sqlite, Signed(64), "BOOLEAN", true);
        check(fits_sqlite, Text, "VARCHAR(20)", true);
        check(fits_sqlite, Text, "DATETIME", false);
        check(fits_sqlite, Bytes, "TEXT", false);
        check(fits_sqlite, Text, "", true);
        check(fits_sqlite, Double, "INTEGER", false);
    }
}
