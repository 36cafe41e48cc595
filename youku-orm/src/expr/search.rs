//! Searches in text: by a pattern, or by a part of the text.

use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::expr::filter::Filter;
use crate::sql::fragment::{Fragment, Traits};
use crate::table::facts::Table;
use crate::types::column_type::{ColumnType, ColumnValue};
use crate::types::value::Value;

/// The same methods on columns and on expressions, documented once.
macro_rules! searches {
    ($name:ident $(, $kind:ident)?) => {
        /// Text can be searched. Every search is case-sensitive.
        ///
        /// A search for a NUL character is refused with a usage error before anything is sent. If the text
        /// of a *row* contains NUL, SQLite compares only the text in front of it, and MySQL the whole text.
        /// SQLite refuses a pattern of more than 50,000 bytes (`SQLITE_MAX_LIKE_PATTERN_LENGTH`).
        impl<M: Table, T: ColumnValue $(, $kind)?> $name<M, T $(, $kind)?> {
            /// Matches a pattern: `%` matches any text, `_` one character, and `!` takes
            /// the special meaning from the character after it.
            pub fn like(self, pattern: &str) -> Filter<M>
            where
                T::Inner: Searchable,
            {
                let pattern = Fragment::value(pattern_value(pattern));
                let like = self.fragment().then(" LIKE ", pattern);
                let like = like.between("", " ESCAPE '!'");
                Filter::new(like.with(Traits {
                    has_pattern: true,
                    ..Traits::default()
                }))
            }

            /// Begins with this text, taken literally.
            pub fn starts_with(self, text: &str) -> Filter<M>
            where
                T::Inner: Searchable,
            {
                self.like(&format!("{}%", escaped(text)))
            }

            /// Ends with this text, taken literally.
            pub fn ends_with(self, text: &str) -> Filter<M>
            where
                T::Inner: Searchable,
            {
                self.like(&format!("%{}", escaped(text)))
            }

            /// Contains this text, taken literally.
            pub fn contains(self, text: &str) -> Filter<M>
            where
                T::Inner: Searchable,
            {
                self.like(&containing(text))
            }
        }
    };
}
searches!(Column, Kind);
searches!(Expr, Kind);

/// A column type that `like` and its kind can search.
#[diagnostic::on_unimplemented(
    message = "only text can be searched, and a column of `{Self}` is not text",
    label = "not a column of text",
    note = "help: compare it with `.eq(…)`, `.between(…)` or `.in_(…)`"
)]
pub trait Searchable: ColumnType {}

impl Searchable for String {}

/// SQLite's LIKE ends a pattern at its first NUL, so `%`, NUL, `%` would match every row.
fn pattern_value(pattern: &str) -> Value {
    if pattern.contains('\0') {
        Value::Unstorable(
            "a text cannot be searched for a NUL character, where SQLite's LIKE ends; compare the whole text with `.eq(…)`",
        )
    } else {
        Value::Text(pattern.to_owned())
    }
}

/// The pattern of texts that contain this text.
pub(crate) fn pattern_containing(text: &str) -> Value {
    pattern_value(&containing(text))
}

fn containing(text: &str) -> String {
    format!("%{}%", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(character);
    }
    escaped
}
