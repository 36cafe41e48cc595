//! Rules on what a live column accepts, changes and compares, beyond its type.

use crate::schema::check::TableCheck;
use crate::schema::ddl::default_literal;
use crate::schema::finding::FindingKind;
use crate::schema::live::details::{ColumnDetails, TableDetails};
use crate::schema::live::{LiveTable, same_name};
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;

/// The binary collations of the two servers in which trailing spaces count.
const BY_CODE_POINT: [&str; 2] = ["utf8mb4_nopad_bin", "utf8mb4_0900_bin"];

impl TableCheck<'_> {
    /// Every rule of this module.
    pub(super) fn details(&mut self, live: &LiveTable, details: &TableDetails) {
        for column in self.table.columns {
            let found = live.column(column.name);
            if let (Some(found), Some(detail)) = (found, details.column(column.name)) {
                self.length(column, &found.sql_type, detail);
                self.comparison(column, detail);
                self.values(column, &found.sql_type);
                self.padding(column, &found.sql_type);
                self.default(column, detail);
                self.generated(column, detail);
                self.checks_of_column(column, detail);
            }
        }
        for check in &details.checks {
            self.unknown_check(None, check);
        }
        for trigger in &details.triggers {
            let text = format!(
                "the table `{}` has the trigger `{trigger}`: what it changes in a row is in the table and not in the value \
                 that an insert or update returns; read the row again",
                self.name
            );
            self.report(FindingKind::Trigger, None, text);
        }
    }

    fn report_column(&mut self, kind: FindingKind, column: &ColumnInfo, text: &str) {
        let text = format!("the column `{}`.`{}` {text}", self.name, column.name);
        self.report(kind, Some(column.name), text);
    }

    /// A shorter column refuses what the model accepts. Only MySQL enforces the length of a type.
    fn length(&mut self, column: &ColumnInfo, sql_type: &str, found: &ColumnDetails) {
        let is_limited = matches!(column.kind, ColumnKind::Text | ColumnKind::Bytes);
        let Some(most) = found.length.filter(|_| is_limited && !is_list(sql_type)) else {
            return;
        };
        let (says, wanted) = match column.length {
            Some(length) => (format!("the model says {length}"), u64::from(length)),
            None => ("the model sets no limit".to_owned(), u64::from(u32::MAX)),
        };
        if most < wanted {
            self.report_column(
                FindingKind::Length,
                column,
                &format!(
                    "is `{sql_type}`, which takes at most {most}, and {says}: the database refuses longer values; write \
                     `length = {most}`, or widen the column in a migration"
                ),
            );
        }
    }

    fn comparison(&mut self, column: &ColumnInfo, found: &ColumnDetails) {
        let Some(collation) = found.collation.as_deref() else {
            return;
        };
        if column.kind != ColumnKind::Text {
            return;
        }
        if self.db.dialect().is_sqlite() {
            if !collation.eq_ignore_ascii_case("BINARY") {
                self.report_column(
                    FindingKind::Collation,
                    column,
                    &not_by_code_point(collation, "BINARY"),
                );
            }
        } else if !collation.starts_with("utf8mb4_") {
            let set = collation.split('_').next().unwrap_or(collation);
            let text = format!(
                "has the character set `{set}`: texts with other characters are refused; change it to `utf8mb4` in a migration"
            );
            self.report_column(FindingKind::CharacterSet, column, &text);
        } else if !BY_CODE_POINT.contains(&collation) {
            let wanted = self.db.dialect().collation.unwrap_or(BY_CODE_POINT[0]);
            self.report_column(
                FindingKind::Collation,
                column,
                &not_by_code_point(collation, wanted),
            );
        }
    }

    /// An ENUM or SET accepts its own texts only.
    fn values(&mut self, column: &ColumnInfo, sql_type: &str) {
        if !is_list(sql_type) || column.kind != ColumnKind::Text {
            return;
        }
        let held = texts(sql_type);
        let is_held = |text: &&str| held.iter().any(|held| held == text);
        let known = |text: &&String| column.texts.contains(&text.as_str());
        let text = if column.texts.is_empty() {
            format!("is `{sql_type}`: every other text is refused; make the field a `ColumnEnum`")
        } else if let Some(lost) = column.texts.iter().copied().find(|text| !is_held(text)) {
            format!(
                "is `{sql_type}`, which lacks `{lost}`: the database refuses it; add it in a migration"
            )
        } else if let Some(unknown) = held.iter().find(|text| !known(text)) {
            format!(
                "is `{sql_type}`, and the field's type lacks `{unknown}`: a row with it cannot be read; add a variant"
            )
        } else {
            return;
        };
        self.report_column(FindingKind::Values, column, &text);
    }

    /// CHAR loses trailing spaces, BINARY gains zeros.
    fn padding(&mut self, column: &ColumnInfo, sql_type: &str) {
        if self.db.dialect().is_sqlite() {
            return;
        }
        let sql_type = sql_type.to_lowercase();
        let text = match column.kind {
            ColumnKind::Text if sql_type.starts_with("char(") => {
                format!(
                    "is `{sql_type}`: spaces at the end of a text are lost; make it `var{sql_type}` in a migration"
                )
            }
            ColumnKind::Bytes if sql_type.starts_with("binary(") => {
                format!(
                    "is `{sql_type}`: shorter values are read with zeros at their end; make it `var{sql_type}` in a migration"
                )
            }
            _ => return,
        };
        self.report_column(FindingKind::Padding, column, &text);
    }

    /// The model's inserts send the default themselves; those of other programs rely on the database's.
    fn default(&mut self, column: &ColumnInfo, found: &ColumnDetails) {
        let Some(wanted) = default_literal(self.db.dialect(), column) else {
            return;
        };
        let live = found.default.as_deref();
        if live.is_some_and(|live| plain(live) == plain(&wanted)) {
            return;
        }
        let live = live.map_or_else(
            || "no default".to_owned(),
            |live| format!("the default `{live}`"),
        );
        let text = format!(
            "has {live}, and the model's is `{wanted}`: rows that other programs insert differ from those of the model; set it in a \
             migration"
        );
        self.report_column(FindingKind::DefaultValue, column, &text);
    }

    fn generated(&mut self, column: &ColumnInfo, found: &ColumnDetails) {
        if found.is_generated {
            let text = "is generated by the database, which refuses to have it written: inserts and updates of the model fail";
            self.report_column(FindingKind::Generated, column, text);
        }
    }

    /// A column that the model created may have one CHECK of its own. SQLite keeps its text, MySQL only its meaning.
    fn checks_of_column(&mut self, column: &ColumnInfo, found: &ColumnDetails) {
        let is_sqlite = self.db.dialect().is_sqlite();
        let own = self.db.dialect().check_clause(column);
        let json = !is_sqlite && column.kind == ColumnKind::Json;
        let count = found.checks.len();
        for check in &found.checks {
            let is_own = match &own {
                Some(own) if is_sqlite => plain(own) == plain(&format!("CHECK ({check})")),
                Some(_) => count == 1,
                None => json && plain(check).contains("json_valid"),
            };
            if !is_own {
                self.unknown_check(Some(column.name), check);
            }
        }
    }

    fn unknown_check(&mut self, column: Option<&str>, check: &str) {
        let text = format!(
            "the table `{}` has `CHECK ({check})`, which the model does not know: the database refuses values that the model \
             accepts",
            self.name
        );
        self.report(FindingKind::Check, column, text);
    }

    /// Two models of one table each write the columns that they know.
    pub(super) fn shared(&mut self, others: usize) {
        if others > 0 {
            let text = format!(
                "two of these models have the table `{}`: only the first creates it, and each writes without regard to the \
                 version of the other",
                self.name
            );
            self.report(FindingKind::SharedTable, None, text);
        }
    }
}

fn not_by_code_point(collation: &str, wanted: &str) -> String {
    format!(
        "compares by `{collation}`, not by code point: texts that differ only in case, accents or trailing spaces are equal, \
         in filters and for `unique`; change it to `{wanted}` in a migration"
    )
}

/// Whether the type of MySQL lists its values.
fn is_list(sql_type: &str) -> bool {
    let sql_type = sql_type.to_lowercase();
    sql_type.starts_with("enum(") || sql_type.starts_with("set(")
}

/// The texts of `enum('a','b')`.
fn texts(sql_type: &str) -> Vec<String> {
    let list = sql_type.split_once('(').map_or("", |(_, list)| list);
    let list = list.trim_end_matches(')').trim_matches('\'');
    let texts = list.split("','").map(|text| text.replace("''", "'"));
    texts.collect()
}

/// A literal or an expression without what the databases write in different ways.
fn plain(sql: &str) -> String {
    let sql = sql.to_lowercase().replace("_utf8mb4", "");
    let sql = sql.replace("false", "0").replace("true", "1");
    sql.replace(['(', ')', '\'', '`', '"', '\\', ' ', '\n', '\t'], "")
}

/// The model of the same table before this one, if there are several.
pub(super) fn models_before(names: &[&str], position: usize) -> usize {
    let before = names[..position].iter();
    before
        .filter(|name| same_name(name, names[position]))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_an_enum_are_read() {
        assert_eq!(texts("enum('a','it''s','b,c')"), ["a", "it's", "b,c"]);
        assert!(is_list("SET('a')") && !is_list("varchar(9)"));
    }

    #[test]
    fn literals_are_compared_without_their_spelling() {
        for (one, other) in [
            ("('guest')", "_utf8mb4\\'guest\\'"),
            ("0", "FALSE"),
            ("'a b'", "(\"a b\")"),
        ] {
            assert_eq!(plain(one), plain(other));
        }
        assert_ne!(plain("1"), plain("0"));
    }
}
