//! The statements of one table, as text that both MySQL and SQLite accept.

use crate::model::{Column, Model};

impl Model<'_> {
    /// Every column of every row.
    pub(crate) fn select(&self) -> String {
        format!("SELECT {} FROM `{}`", list(self.columns.iter()), self.table)
    }

    /// Every column of the row with one key.
    pub(crate) fn find(&self) -> String {
        format!("{} WHERE `{}` = ?", self.select(), self.key().name)
    }

    /// One row. If there is no column to fill, the lists stay empty; the dialect in the runtime replaces them
    /// with what its database requires.
    pub(crate) fn insert(&self) -> String {
        let marks = vec!["?"; self.inserted().count()].join(", ");
        format!(
            "INSERT INTO `{}` ({}) VALUES ({marks})",
            self.table,
            list(self.inserted())
        )
    }

    /// All columns except the key, of the row with one key. If there is no other column, the key is set to
    /// itself, so that the statement stays valid and counts the row.
    pub(crate) fn update(&self) -> String {
        let key = self.key().name;
        let set: Vec<String> = self
            .except_key()
            .map(|column| format!("`{}` = ?", column.name))
            .collect();
        let set = if set.is_empty() {
            format!("`{key}` = `{key}`")
        } else {
            set.join(", ")
        };
        format!("UPDATE `{}` SET {set}{}", self.table, self.this_row())
    }

    /// The row with one key.
    pub(crate) fn delete(&self) -> String {
        format!("DELETE FROM `{}`{}", self.table, self.this_row())
    }

    /// The row with one key and, where there is one, with the version that was read.
    fn this_row(&self) -> String {
        let key = format!(" WHERE `{}` = ?", self.key().name);
        match self.version() {
            Some(version) => format!("{key} AND `{}` = ?", version.name),
            None => key,
        }
    }
}

fn list<'a>(columns: impl Iterator<Item = &'a Column<'a>>) -> String {
    let names: Vec<String> = columns.map(|column| format!("`{}`", column.name)).collect();
    names.join(", ")
}
