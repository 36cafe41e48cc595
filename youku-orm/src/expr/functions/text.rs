//! Functions of text.

use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::expr::filter::Filter;
use crate::expr::operand::IntoExpr;
use crate::expr::search::{Searchable, pattern_containing};
use crate::sql::fragment::{Fragment, Segment};
use crate::table::facts::Table;
use crate::types::column_type::ColumnValue;

/// The same methods on columns and on expressions, documented once.
macro_rules! texts_have {
    ($name:ident $(, $kind:ident)?) => {
        /// Functions of text. Those that change or ignore case map each letter to one letter: `É` to `é`, but not `ß` to `SS`. The
        /// databases know the letters of different versions of Unicode.
        impl<M: Table, T: ColumnValue<Inner: Searchable> $(, $kind)?> $name<M, T $(, $kind)?> {
            /// The text in small letters.
            pub fn lower(self) -> Expr<M, T> {
                Expr::new(lower(self.fragment()))
            }

            /// The text in capital letters.
            pub fn upper(self) -> Expr<M, T> {
                Expr::new(called("youku_upper(", "UPPER(", self.fragment()))
            }

            /// How many characters (Unicode code points) the text has.
            pub fn length(self) -> Expr<M, T::Also<u64>> {
                Expr::new(called("youku_length(", "CHAR_LENGTH(", self.fragment()))
            }

            /// The text followed by another; NULL if either is.
            pub fn concat<V: IntoExpr<M, T::Inner>>(self, other: V) -> Expr<M, T::Also<V::Value>> {
                let mut sql = Fragment::of(either("(", "CONCAT("));
                sql.append(self.fragment()).add(either(" || ", ", "));
                sql.append(other.into_expr()).push(")");
                Expr::new(sql)
            }

            /// Equal, if capital and small letters are the same.
            pub fn ieq(self, other: impl IntoExpr<M, T::Inner>) -> Filter<M> {
                Filter::new(lower(self.fragment()).then(" = ", lower(other.into_expr())))
            }

            /// Contains this text, taken literally, if capital and small letters are the same. No index helps to find it.
            pub fn icontains(self, text: &str) -> Filter<M> {
                let pattern = lower(Fragment::value(pattern_containing(text)));
                let like = lower(self.fragment()).then(" LIKE ", pattern);
                Filter::new(like.between("", " ESCAPE '!'"))
            }
        }
    };
}
texts_have!(Column, Kind);
texts_have!(Expr, Kind);

/// SQLite's own functions know the letters of ASCII only.
fn lower(text: Fragment) -> Fragment {
    called("youku_lower(", "LOWER(", text)
}

fn called(sqlite: &'static str, mysql: &'static str, argument: Fragment) -> Fragment {
    let mut sql = Fragment::of(either(sqlite, mysql));
    sql.append(argument).push(")");
    sql
}

fn either(sqlite: &'static str, mysql: &'static str) -> Segment {
    Segment::Either { sqlite, mysql }
}
