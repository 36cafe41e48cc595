//! Names in the database: legal on MySQL and SQLite, and no two the same.
//!
//! Sources: MySQL 8.4 manual, 11.2 "Schema Object Names" and 11.2.1 "Identifier Length Limits"; SQLite,
//! "CREATE TABLE" (names that start with `sqlite_`).

use std::fmt::Display;

use crate::errors::Errors;
use crate::parsed::{Field, Name, Parsed};
use crate::vocabulary::Setting;

/// What a name is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    Column,
    Group,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::Group => "group",
        }
    }
}

/// The most characters of a name that MySQL takes.
const LONGEST: usize = 64;

pub(super) fn is_legal(name: &Name, kind: Kind, errors: &mut Errors) {
    let text = name.text.as_str();
    let mut wrong = |fact: &dyn Display, help| {
        errors.push(
            &name.at,
            format_args!("the name of a {} {fact}", kind.name()),
            help,
        );
    };
    let length = text.chars().count();
    if text.is_empty() {
        wrong(&"is empty", "write a name between the quotes");
    } else if length > LONGEST {
        wrong(
            &format_args!("has at most {LONGEST} characters, and this one has {length}"),
            "write a shorter name",
        );
    } else if let Some(fact) = text.chars().find_map(illegal) {
        wrong(&fact, "remove the character");
    } else if text.ends_with(' ') {
        wrong(&"ends with a space", "remove the space");
    } else if kind == Kind::Table && text.contains('.') {
        wrong(
            &"contains a dot",
            "write the name of the table alone: the URL of the connection names the database",
        );
    } else if kind != Kind::Column && text.to_lowercase().starts_with("sqlite_") {
        wrong(
            &"starts with `sqlite_`, which SQLite keeps for itself",
            "write another name",
        );
    }
}

fn illegal(char: char) -> Option<&'static str> {
    match char {
        '`' => Some("contains a backtick"),
        '\0' => Some("contains the character NUL"),
        char if char.is_control() => Some("contains a control character"),
        '\u{10000}'.. => Some("contains a character beyond U+FFFF, which MySQL refuses"),
        _ => None,
    }
}

pub(super) fn group_is_legal(field: &Field, errors: &mut Errors) {
    for setting in [Setting::Unique, Setting::Index] {
        if let Some(text) = field.settings.text(setting) {
            is_legal(
                &Name::new(Some(text), field.ident, None),
                Kind::Group,
                errors,
            );
        }
    }
}

/// Databases compare the names of columns without case.
pub(super) fn columns_differ(parsed: &Parsed, errors: &mut Errors) {
    report_pairs(
        parsed,
        |field| field.column.text.to_lowercase(),
        |first, second| {
            let name = &second.column.text;
            errors.push(
                &second.column.at,
                format_args!(
                    "`{}` and `{}` are one column, `{name}`",
                    first.ident, second.ident
                ),
                "write `column = \"…\"` with another name at one of them",
            );
        },
    );
}

/// Silent when the columns are the same too, which their own rule reports.
pub(super) fn constants_differ(parsed: &Parsed, errors: &mut Errors) {
    report_pairs(
        parsed,
        |field| field.constant.to_string(),
        |first, second| {
            if first.column.text.to_lowercase() != second.column.text.to_lowercase() {
                errors.push(
                    second.ident,
                    format_args!(
                        "the constants of `{}` and `{}` are both `{}`",
                        first.ident, second.ident, second.constant
                    ),
                    "rename one of the fields, and keep its column with `column = \"…\"`",
                );
            }
        },
    );
}

/// Calls `report` with each column and the first one before it that has the same key.
fn report_pairs<'a>(
    parsed: &'a Parsed<'a>,
    key: impl Fn(&Field) -> String,
    mut report: impl FnMut(&Field<'a>, &Field<'a>),
) {
    let columns: Vec<_> = parsed.columns().map(|field| (key(field), field)).collect();
    for (at, (key, second)) in columns.iter().enumerate() {
        if let Some((_, first)) = columns[..at].iter().find(|(earlier, _)| earlier == key) {
            report(first, second);
        }
    }
}
