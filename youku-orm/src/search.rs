//! Text that is searched by a pattern or a part of it.

use crate::column::Column;
use crate::column_type::{ColumnType, ColumnValue};
use crate::expr::Expr;
use crate::filter::Filter;
use crate::fragment::Fragment;
use crate::model::Model;
use crate::value::Value;

/// The same methods on columns and on expressions, documented once.
macro_rules! searches {
    ($name:ident $(, $kind:ident)?) => {
        /// Text can be searched; every search tells capital and small letters apart.
        impl<M: Model, T: ColumnValue $(, $kind)?> $name<M, T $(, $kind)?> {
            /// Matches a pattern: `%` stands for any text, `_` for one character, and `!` takes
            /// the special meaning from the character after it.
            pub fn like(self, pattern: &str) -> Filter<M>
            where
                T::Inner: Searchable,
            {
                let pattern = Fragment::value(Value::Text(pattern.to_owned()));
                Filter::new(
                    self.fragment()
                        .then(" LIKE ", pattern)
                        .between("", " ESCAPE '!'"),
                )
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
                self.like(&format!("%{}%", escaped(text)))
            }
        }
    };
}
searches!(Column, Kind);
searches!(Expr);

/// A column type that `like` and its kind can search.
#[diagnostic::on_unimplemented(
    message = "only text can be searched, and a column of `{Self}` has none",
    label = "not a column of text",
    note = "help: compare it with `.eq(…)`, `.between(…)` or `.in_(…)`"
)]
pub trait Searchable: ColumnType {}

impl Searchable for String {}

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
