//! The columns of the type ENUM or SET, which MySQL compares as texts and sorts by number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known about the tables of one database. A table is looked up before the first query that orders by one of its text
/// columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct EnumColumns(Arc<Mutex<Tables>>);

/// For each table its columns of these types.
type Tables = HashMap<String, Vec<String>>;

impl EnumColumns {
    /// Whether the table was looked up.
    pub(crate) fn knows(&self, table: &str) -> bool {
        self.lock().contains_key(table)
    }

    /// Whether MySQL sorts the column by number.
    pub(crate) fn contains(&self, table: &str, column: &str) -> bool {
        let tables = self.lock();
        let mut columns = tables.get(table).into_iter().flatten();
        columns.any(|other| other.eq_ignore_ascii_case(column))
    }

    /// Remembers these columns of a table.
    pub(crate) fn learn(&self, table: &str, columns: Vec<String>) {
        self.lock().insert(table.to_owned(), columns);
    }

    /// Forgets all tables, because a statement may have changed them.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        // The map stays consistent, even if a thread panicked while it held the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
