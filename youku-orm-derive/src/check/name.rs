//! Names in the database: they must be legal on MySQL and SQLite, and no two may be the same.
//!
//! Sources: MySQL manual, "Schema Object Names" and "Identifier Length Limits"; SQLite,
//! "CREATE TABLE" (names that start with `sqlite_`).

use syn::LitStr;

use crate::errors::Errors;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::{Field, Name, Parsed};

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

/// The maximum length of a name in MySQL, in characters.
const LONGEST: usize = 64;

pub(super) fn is_legal(name: &Name, kind: Kind, errors: &mut Errors) {
    let text = name.text.as_str();
    let length = text.chars().count();
    let (fact, help) = if text.is_empty() {
        ("is empty".to_owned(), "write a name between the quotes")
    } else if length > LONGEST {
        let fact = format!("has at most {LONGEST} characters, and this one has {length}");
        (fact, "write a shorter name")
    } else if let Some(character) = text.chars().find_map(illegal) {
        (format!("contains {character}"), "remove the character")
    } else if text.ends_with(' ') {
        ("ends with a space".to_owned(), "remove the space")
    } else if kind == Kind::Table && text.contains('.') {
        let help = "write the table alone: the URL of the connection names the database";
        ("contains a dot".to_owned(), help)
    } else if kind == Kind::Table && text.to_lowercase().starts_with("sqlite_") {
        let fact = "starts with `sqlite_`, which SQLite keeps for itself";
        (fact.to_owned(), "write another name")
    } else {
        return;
    };
    let fact = format!("the name of a {} {fact}", kind.name());
    errors.push(&name.at, fact, help);
}

fn illegal(char: char) -> Option<&'static str> {
    match char {
        '`' => Some("a backtick"),
        '\0' => Some("the character NUL"),
        char if char.is_control() => Some("a control character"),
        '\u{10000}'.. => Some("a character beyond U+FFFF, which MySQL refuses"),
        _ => None,
    }
}

pub(super) fn group_is_legal(field: &Field, errors: &mut Errors) {
    for setting in [Setting::Unique, Setting::Index] {
        if let Some(text) = field.settings.text(setting) {
            let name = Name::new(Some(text), field.ident, None);
            is_legal(&name, Kind::Group, errors);
        }
    }
}

/// An index has the name of its group, or of its only column, and databases ignore case when they compare
/// names of indexes. Two indexes with the same name would be one index.
pub(super) fn groups_differ(parsed: &Parsed, errors: &mut Errors) {
    for setting in [Setting::Unique, Setting::Index] {
        let with_group = |field: &'_ &Field| field.settings.text(setting).is_some();
        let groups: Vec<_> = parsed.columns().filter(with_group).collect();
        for (at, field) in groups.iter().enumerate() {
            let Some(group) = field.settings.text(setting) else {
                continue;
            };
            let (text, name) = (group.value(), group.value().to_lowercase());
            let alone = |other: &&Field| {
                let settings = &other.settings;
                settings.has(setting)
                    && settings.text(setting).is_none()
                    && column_key(other) == name
            };
            let earlier = groups[..at]
                .iter()
                .filter_map(|field| field.settings.text(setting));
            let fact = if let Some(column) = parsed.columns().find(alone) {
                let column = column.ident;
                format!("the group `{text}` and the column `{column}` share the name of an index")
            } else if let Some(first) = earlier
                .map(LitStr::value)
                .find(|first| *first != text && first.to_lowercase() == name)
            {
                format!(
                    "the groups `{first}` and `{text}` differ in case only, and share the name of an index"
                )
            } else {
                continue;
            };
            errors.push(group, fact, "write another name for the group");
        }
    }
}

/// Databases ignore case when they compare names of columns.
pub(super) fn columns_differ(parsed: &Parsed, errors: &mut Errors) {
    for (first, second) in same(parsed, column_key) {
        let (name, first, other) = (&second.column, first.ident, second.ident);
        let fact = format!(
            "`{first}` and `{other}` have the same column, `{}`",
            name.text
        );
        let help = "write `column = \"…\"` with another name at one of them";
        errors.push(&name.at, fact, help);
    }
}

/// Reports nothing if the columns are the same too, because their own rule reports that.
pub(super) fn constants_differ(parsed: &Parsed, errors: &mut Errors) {
    let pairs = same(parsed, |field| field.constant.to_string());
    for (first, second) in pairs {
        if column_key(first) != column_key(second) {
            let (first, constant) = (first.ident, &second.constant);
            let ident = second.ident;
            let fact = format!("the constants of `{first}` and `{ident}` are both `{constant}`");
            let help = "rename one of the fields, and keep its column with `column = \"…\"`";
            errors.push(ident, fact, help);
        }
    }
}

fn column_key(field: &Field) -> String {
    field.column.text.to_lowercase()
}

/// Pairs of the first column with a key and each later column with the same key.
fn same<'a>(
    parsed: &'a Parsed<'a>,
    key: impl Fn(&Field) -> String,
) -> Vec<(&'a Field<'a>, &'a Field<'a>)> {
    let columns: Vec<_> = parsed.columns().map(|field| (key(field), field)).collect();
    let pair = |(at, (key, second)): (usize, &(String, &'a Field<'a>))| {
        let first = columns[..at].iter().find(|(earlier, _)| earlier == key)?;
        Some((first.1, *second))
    };
    columns.iter().enumerate().filter_map(pair).collect()
}
