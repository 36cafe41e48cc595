//! Rules on what a live column accepts, changes and compares, beyond its type.

use crate::schema::check::TableCheck;
use crate::schema::check::printed_sql::{is_same_default, plain};
use crate::schema::ddl::default_literal;
use crate::schema::finding::FindingKind;
use crate::schema::live::details::{ColumnDetails, TableDetails};
use crate::schema::live::{LiveTable, same_name};
use crate::sql::dialect::Dialect;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;

/// The binary collations of the two servers in which trailing spaces count.
const BY_CODE_POINT: [&str; 2] = ["utf8mb4_nopad_bin", "utf8mb4_0900_bin"];

impl TableCheck<'_> {
    /// Every rule of this module.
    pub(super) fn details(&mut self, live: &LiveTable, details: &TableDetails) {
        let own = own_checks(self.db.dialect(), self.table.columns);
        let is_unknown = |check: &&String| !own.contains(&plain(check));
        for column in self.table.columns {
            let found = live.column(column.name);
            if let (Some(found), Some(detail)) = (found, details.column(column.name)) {
                self.length(column, &found.sql_type, detail);
                self.comparison(column, detail);
                self.values(column, &found.sql_type);
                self.padding(column, &found.sql_type);
                self.default(column, detail);
                self.generated(column, detail);
                for check in detail.checks.iter().filter(is_unknown) {
                    self.unknown_check(Some(column.name), check);
                }
            }
        }
        for check in details.checks.iter().filter(is_unknown) {
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
        // The limit of these types is one of bytes. That of LONGTEXT is no less than the model's in either unit.
        let in_bytes = ["tinytext", "text", "mediumtext"];
        let most = if in_bytes.contains(&sql_type.to_lowercase().as_str()) {
            most / 4
        } else {
            most
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
        let wanted = default_literal(self.db.dialect(), column);
        let (Some(wanted), Some(value)) = (wanted, column.default) else {
            return;
        };
        let live = found.default.as_deref();
        let mysql = !self.db.dialect().is_sqlite();
        if is_same_default(live, &value(), column.kind, mysql) {
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

    fn unknown_check(&mut self, column: Option<&str>, check: &str) {
        let text = format!(
            "the table `{}` has `CHECK ({check})`, which the model does not know: the database refuses values that the model \
             accepts",
            self.name
        );
        self.report(FindingKind::Check, column, text);
    }

    /// Two models of one table each write the columns that they know.
    pub(super) fn shared(&mut self, has_other: bool) {
        if has_other {
            let text = format!(
                "two of these models have the table `{}`: only the first creates it, and each writes without regard to the \
                 version of the other",
                self.name
            );
            self.report(FindingKind::SharedTable, None, text);
        }
    }
}

/// The CHECK expressions that a table of the model may have. MySQL prints those of the columns as clauses of the table.
fn own_checks(dialect: &Dialect, columns: &[ColumnInfo]) -> Vec<String> {
    let own = columns.iter().filter_map(|column| {
        // MariaDB adds this one itself.
        let is_json = !dialect.is_sqlite() && column.kind == ColumnKind::Json;
        let json = || is_json.then(|| format!("CHECK (json_valid(`{}`))", column.name));
        dialect.check_clause(column).or_else(json)
    });
    own.map(|clause| plain(clause.trim_start_matches("CHECK")))
        .collect()
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

/// The texts of `enum('a','b')`. Two quotes inside a text mean one.
fn texts(sql_type: &str) -> Vec<String> {
    let (mut texts, mut open) = (Vec::new(), None::<String>);
    let mut chars = sql_type.chars().peekable();
    while let Some(c) = chars.next() {
        match (&mut open, c) {
            (None, '\'') => open = Some(String::new()),
            (None, _) => {}
            (Some(text), '\'') if chars.next_if_eq(&'\'').is_some() => text.push(c),
            (Some(_), '\'') => texts.extend(open.take()),
            (Some(text), _) => text.push(c),
        }
    }
    texts
}

/// Whether one of the models before this one has the same table.
pub(super) fn has_model_before(names: &[&str], position: usize) -> bool {
    let mut before = names[..position].iter();
    before.any(|name| same_name(name, names[position]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_an_enum_are_read() {
        assert_eq!(texts("enum('a','it''s','b,c')"), ["a", "it's", "b,c"]);
        assert_eq!(texts("enum('','a')"), ["", "a"]);
        assert_eq!(texts("enum('a','')"), ["a", ""]);
        assert_eq!(texts("enum('''','a'',''b',')')"), ["'", "a','b", ")"]);
        assert!(is_list("SET('a')") && !is_list("varchar(9)"));
    }

    #[cfg(feature = "mysql")]
    #[test]
    fn the_check_of_a_column_that_mysql_prints_for_the_table_is_the_models() {
        use crate::sql::table_text::definitions;
        use crate::types::column_type::ColumnValue;

        let printed = "CREATE TABLE `t` (\n  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\n  `note` longtext NOT NULL,\n  \
            `bytes` longblob NOT NULL,\n  PRIMARY KEY (`id`),\n  \
            CONSTRAINT `t_chk_1` CHECK ((char_length(`note`) <= 70000)),\n  \
            CONSTRAINT `t_chk_2` CHECK ((length(`bytes`) <= 70000)),\n  \
            CONSTRAINT `t_chk_3` CHECK ((char_length(`note`) <= 60000))\n\
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin";
        let columns = [
            ColumnInfo::new("note", <String as ColumnValue>::INFO).length(70_000),
            ColumnInfo::new("bytes", <Vec<u8> as ColumnValue>::INFO).length(70_000),
        ];
        let own = own_checks(
            &Dialect::mysql(false, (8, 0, 36), "utf8mb4_0900_bin"),
            &columns,
        );
        let checks = definitions(printed, true)
            .into_iter()
            .flat_map(|definition| definition.checks);
        let unknown: Vec<String> = checks
            .filter(|check| !own.contains(&plain(check)))
            .collect();
        assert_eq!(unknown, ["(char_length(`note`) <= 60000)"]);
    }
}
