//! SQL that only one of the databases is to see, inside the one text that both of them run.
//!
//! MySQL and MariaDB run what stands in `/*! … */`, and with a number only from that version on
//! (MySQL manual, "Comments"); to SQLite it is a comment. What stands in `/*sqlite … */` is run by
//! SQLite, for which this crate takes the signs of the comment away, and is a comment to the others.

use crate::types::column_type::ColumnKind;

/// What stands around the `?` of a value that is compared with a column of this kind.
///
/// A decimal is sent as text, which MySQL would compare as floats, and MariaDB with BETWEEN too.
/// MySQL takes a text for JSON only when told; MariaDB, whose JSON is text, passes over comments
/// for MySQL 8.
pub(crate) fn around_operand(kind: ColumnKind) -> Option<(&'static str, &'static str)> {
    match kind {
        ColumnKind::Decimal => Some(("/*! CAST(*/", "/*! AS DECIMAL(57,28))*/")),
        ColumnKind::Json => Some(("/*!80000 CAST(*/", "/*!80000 AS JSON)*/")),
        _ => None,
    }
}

/// What follows a function whose result is of this kind. SQLite compares the result of a function
/// without the collation of its columns.
pub(crate) fn behind_function(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Decimal => " /*sqlite COLLATE decimal*/",
        _ => "",
    }
}

/// The text as SQLite is to run it.
#[cfg(feature = "sqlite")]
pub(crate) fn for_sqlite(sql: &str) -> std::borrow::Cow<'_, str> {
    const DECIMAL: &str = "/*sqlite COLLATE decimal*/";
    match sql.contains(DECIMAL) {
        true => sql.replace(DECIMAL, "COLLATE decimal").into(),
        false => sql.into(),
    }
}
