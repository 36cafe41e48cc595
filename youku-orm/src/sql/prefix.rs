//! A prefix for the names of tables, so that several programs can share one database.
//!
//! A handle with a prefix adds it to the names of its tables when it renders a statement, whose segments say which names these
//! are. Only SQL that the program's author wrote by hand is searched for names: `sql`, the steps of migrations, and a model
//! whose facts were not written by the derive.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::sql::lexer::{Token, Tokens};
use crate::table::tables::TableInfo;

/// A prefix and the names that it is added to.
#[derive(Debug)]
pub(crate) struct TablePrefix {
    prefix: String,
    tables: Vec<&'static str>,
    /// The database whose rules for literals and comments apply to the statements.
    mysql: bool,
}

impl TablePrefix {
    /// # Errors
    ///
    /// A usage error for a prefix that cannot be distinguished from the names.
    pub(crate) fn new(
        prefix: &str,
        models: &[TableInfo],
        of_the_library: &'static str,
        mysql: bool,
    ) -> Result<Self> {
        let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        if prefix.is_empty() || !prefix.bytes().all(is_plain) {
            return Err(Error::usage(format!(
                "the prefix of tables `{}` must be made of `a` to `z`, digits and `_`, as in `app_`",
                prefix.escape_debug()
            )));
        }
        let mut tables: Vec<_> = models.iter().map(|model| model.name).collect();
        tables.push(of_the_library);
        let prefix = prefix.to_owned();
        let this = Self {
            prefix,
            tables,
            mysql,
        };
        this.is_clear(models)?;
        Ok(this)
    }

    /// Checks that every name has only one meaning.
    fn is_clear(&self, models: &[TableInfo]) -> Result<()> {
        let prefix = &self.prefix;
        for table in &self.tables {
            if self.tables.contains(&&*self.named(table)) {
                return Err(Error::usage(format!(
                    "the prefix of tables `{prefix}` makes `{table}` the name of another table; \
                     choose another prefix"
                )));
            }
        }
        let columns = models.iter().flat_map(|model| model.columns);
        match columns
            .map(|column| column.name)
            .find(|name| self.is_own(name))
        {
            None => Ok(()),
            Some(name) => Err(Error::usage(format!(
                "a table and a column are both called `{name}`, so a prefix cannot tell them apart; \
                 give one of them another name"
            ))),
        }
    }

    /// Hand-written SQL with the prefix of a handle, if it has one.
    pub(crate) fn add_to(prefix: Option<&Self>, sql: Cow<'static, str>) -> Cow<'static, str> {
        match prefix {
            Some(prefix) => prefix.apply(sql),
            None => sql,
        }
    }

    /// Hand-written SQL with the prefix added to each name of a table, and of an index or a foreign key,
    /// which begin with the name of their table and a dot.
    ///
    /// Every such name in backquotes gets it, wherever it is, because no column has the name of a table.
    /// Text in literals and comments is left as it is.
    pub(super) fn apply(&self, sql: Cow<'static, str>) -> Cow<'static, str> {
        let mut with = String::new();
        let mut done = 0;
        for token in Tokens::new(&sql, self.mysql) {
            let Token::Name(position) = token else {
                continue;
            };
            let name = &sql[position.clone()];
            let table = name.split_once('.').map_or(name, |(table, _)| table);
            if self.is_own(table) {
                with.push_str(&sql[done..position.start]);
                with.push_str(&self.prefix);
                done = position.start;
            }
        }
        if done == 0 {
            return sql;
        }
        with.push_str(&sql[done..]);
        Cow::Owned(with)
    }

    /// The prefix of this name of a table.
    pub(crate) fn before(&self, table: &str) -> &str {
        if self.is_own(table) { &self.prefix } else { "" }
    }

    /// The name of the model's table in the database.
    pub(crate) fn named<'n>(&self, table: &'n str) -> Cow<'n, str> {
        if self.is_own(table) {
            format!("{}{table}", self.prefix).into()
        } else {
            table.into()
        }
    }

    /// The models' name of a table in the database. `None` for a table of another program that only looks
    /// like a table of these models.
    pub(crate) fn model_name(&self, live: String) -> Option<String> {
        let is_own = |name: &str| {
            let name = name.to_lowercase();
            self.tables.iter().any(|own| own.to_lowercase() == name)
        };
        let (head, rest) = live.split_at_checked(self.prefix.len()).unwrap_or_default();
        if head.eq_ignore_ascii_case(&self.prefix) && is_own(rest) {
            return Some(rest.to_owned());
        }
        (!is_own(&live)).then_some(live)
    }

    fn is_own(&self, name: &str) -> bool {
        self.tables.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &'static str) -> TableInfo {
        TableInfo { name, columns: &[] }
    }

    fn prefix(mysql: bool) -> TablePrefix {
        let tables = [table("user"), table("post")];
        TablePrefix::new("app_", &tables, "youku_migration", mysql).expect("a good prefix")
    }

    #[track_caller]
    fn check(sql: &'static str, expected: &str) {
        for prefix in [prefix(false), prefix(true)] {
            let once = prefix.apply(sql.into());
            assert_eq!(once, expected);
            let twice = prefix.apply(once.into_owned().into());
            assert_eq!(twice, expected, "once is enough");
        }
    }

    #[test]
    fn names_of_tables_get_the_prefix_and_others_do_not() {
        check(
            "SELECT `user`.`u_id`, `p`.`title` FROM `user` JOIN `post` AS `p` ON `p`.`u_id` = ?",
            "SELECT `app_user`.`u_id`, `p`.`title` FROM `app_user` JOIN `app_post` AS `p` ON `p`.`u_id` = ?",
        );
        check(
            "CREATE INDEX `user.name.index` ON `user` (`name`)",
            "CREATE INDEX `app_user.name.index` ON `app_user` (`name`)",
        );
        check(
            "DELETE FROM `youku_migration`",
            "DELETE FROM `app_youku_migration`",
        );
        check(
            "SELECT `users`, `user_name` FROM `other`",
            "SELECT `users`, `user_name` FROM `other`",
        );
    }

    #[test]
    fn literals_and_comments_are_unchanged() {
        check(
            "INSERT INTO `post` VALUES ('see `user`', \"`post`\") -- in `user`, not `post`",
            "INSERT INTO `app_post` VALUES ('see `user`', \"`post`\") -- in `user`, not `post`",
        );
        check(
            "/* it's for `user` */ DROP TABLE `user`",
            "/* it's for `user` */ DROP TABLE `app_user`",
        );
        let untouched = "SELECT '`user`'";
        let kept = prefix(false).apply(untouched.into());
        assert!(matches!(kept, Cow::Borrowed(text) if std::ptr::eq(text, untouched)));
    }

    #[test]
    fn a_live_name_loses_the_prefix_and_a_foreign_table_has_no_model() {
        let name = |live: &str| prefix(false).model_name(live.to_owned());
        assert_eq!(name("app_user").as_deref(), Some("user"));
        assert_eq!(name("user"), None);
        assert_eq!(name("app_other").as_deref(), Some("app_other"));
        assert_eq!(name("other").as_deref(), Some("other"));
    }

    #[test]
    fn ambiguous_prefixes_are_refused() {
        let refused = |prefix: &str, models: &[TableInfo]| {
            let refused = TablePrefix::new(prefix, models, "youku_migration", false)
                .expect_err("it is refused");
            refused.to_string()
        };
        let user = table("user");
        for bad in ["", "App_", "a b", "a`"] {
            assert!(refused(bad, &[user]).contains("must be made of"), "{bad}");
        }
        assert!(refused("a", &[user, table("auser")]).contains("another table"));
    }
}
