//! What the catalogue of MySQL says of the tables of a database, where the text of a statement depends on it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::sql::insertion::AutoKey;

/// What is known about the tables of one database. A table is looked up before the first statement that depends on it. All
/// is forgotten when a statement may have changed a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiveTables(Arc<RwLock<HashMap<String, Arc<LiveTable>>>>);

/// What is known about one table. A table that the catalogue does not list, such as a temporary one, has none of it.
#[derive(Debug, Default)]
pub(crate) struct LiveTable {
    /// The columns of the type ENUM or SET, which MySQL compares as texts and sorts by number.
    numbered: Vec<String>,
    /// The AUTO_INCREMENT column, and the greatest number that it holds.
    counter: Option<(String, u64)>,
    /// The columns of each unique index, the primary key included.
    unique: Vec<Vec<String>>,
    /// Whether the catalogue lists its indexes: not those of a view.
    lists_indexes: bool,
}

impl LiveTables {
    /// What is known about a table. `None` if it was not looked up.
    pub(crate) fn get(&self, table: &str) -> Option<Arc<LiveTable>> {
        // The map stays consistent, even if a thread panicked while it held the lock.
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(table).cloned()
    }

    /// Whether MySQL sorts the column by number.
    pub(crate) fn sorts_by_number(&self, table: &str, column: &str) -> bool {
        self.get(table).is_some_and(|table| {
            let mut numbered = table.numbered.iter();
            numbered.any(|other| other.eq_ignore_ascii_case(column))
        })
    }

    /// Remembers a table.
    pub(crate) fn learn(&self, name: &str, table: LiveTable) -> Arc<LiveTable> {
        let table = Arc::new(table);
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tables.insert(name.to_owned(), table.clone());
        table
    }

    /// Forgets all tables, because a statement may have changed them.
    pub(crate) fn forget(&self) {
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tables.clear();
    }
}

impl LiveTable {
    /// Adds a column: its name, type and further properties as `information_schema.columns` has them.
    pub(crate) fn add_column(&mut self, name: String, column_type: &str, extra: &str) {
        let column_type = column_type.to_ascii_lowercase();
        if column_type.starts_with("enum(") || column_type.starts_with("set(") {
            self.numbered.push(name);
        } else if extra.to_ascii_lowercase().contains("auto_increment") {
            self.counter = Some((name, greatest(&column_type)));
        }
    }

    /// Adds a column to the unique index that was added last, or to a new one if it is the `first` of its index.
    pub(crate) fn add_unique(&mut self, first: bool, column: String) {
        match self.unique.last_mut().filter(|_| !first) {
            Some(columns) => columns.push(column),
            None => self.unique.push(vec![column]),
        }
    }

    /// Says that every unique index was added.
    pub(crate) fn know_indexes(&mut self) {
        self.lists_indexes = true;
    }

    /// Whether every key that the server counts is reported by it, and fits the field.
    pub(crate) fn counts(&self, key: AutoKey) -> bool {
        self.counter.as_ref().is_some_and(|(name, greatest)| {
            name.eq_ignore_ascii_case(key.0.name) && *greatest <= key.greatest()
        })
    }

    /// Whether a unique index has exactly these columns. Of a view the indexes are unknown, so it may.
    pub(crate) fn may_be_unique(&self, columns: &[&str]) -> bool {
        let is_same = |index: &Vec<String>| {
            let has = |name: &&str| index.iter().any(|own| own.eq_ignore_ascii_case(name));
            index.len() == columns.len() && columns.iter().all(has)
        };
        !self.lists_indexes || self.unique.iter().any(is_same)
    }
}

/// The greatest number in a column of this type.
fn greatest(column_type: &str) -> u64 {
    let word = column_type.split(['(', ' ']).next().unwrap_or_default();
    let bits = match word {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        _ => 64,
    };
    let unsigned = u64::MAX >> (64 - bits);
    if column_type.contains("unsigned") {
        unsigned
    } else {
        unsigned >> 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_number_of_a_type_is_known() {
        for (column_type, expected) in [
            ("tinyint(4)", 127),
            ("mediumint(8) unsigned", 0x00ff_ffff),
            ("int(11)", 0x7fff_ffff),
            ("int unsigned", 0xffff_ffff),
            ("bigint", i64::MAX.unsigned_abs()),
            ("bigint(20) unsigned zerofill", u64::MAX),
        ] {
            assert_eq!(greatest(column_type), expected, "{column_type}");
        }
    }

    #[test]
    fn a_unique_index_has_all_columns_in_any_order() {
        let mut table = LiveTable::default();
        assert!(table.may_be_unique(&["a"]), "it may be a view");
        table.know_indexes();
        assert!(!table.may_be_unique(&["a"]), "it has no index");
        table.add_unique(true, "id".to_owned());
        table.add_unique(true, "a".to_owned());
        table.add_unique(false, "b".to_owned());
        assert!(table.may_be_unique(&["ID"]) && table.may_be_unique(&["b", "a"]));
        assert!(!table.may_be_unique(&["a"]) && !table.may_be_unique(&["id", "a"]));
    }
}
