//! What an INSERT promises: how many rows it stores.

use std::borrow::Cow;

use crate::error::{Class, Error, Result};
use crate::sql::prefix::TablePrefix;

/// The rows that an INSERT stores: all of them, or the statement fails.
#[derive(Debug, Clone)]
pub(crate) struct Insertion {
    /// The name of the table in the database.
    pub(crate) table: Cow<'static, str>,
    pub(crate) rows: usize,
    /// Whether the keys of several rows are calculated from the first one, because the database cannot return them.
    #[cfg_attr(
        not(feature = "mysql"),
        expect(dead_code, reason = "SQLite returns the keys")
    )]
    pub(crate) counts_keys: bool,
}

impl Insertion {
    pub(crate) fn new(table: &'static str, rows: usize, counts_keys: bool) -> Self {
        Self {
            table: table.into(),
            rows,
            counts_keys,
        }
    }

    /// With the name that the table of a model has in the database.
    pub(crate) fn named(mut self, prefix: Option<&TablePrefix>) -> Self {
        if let (Some(prefix), Cow::Borrowed(table)) = (prefix, &self.table) {
            self.table = prefix.named(table);
        }
        self
    }

    /// Fails if the table stored fewer rows than it was given.
    pub(crate) fn require(&self, stored: u64) -> Result<()> {
        let (table, rows) = (&self.table, self.rows);
        if stored == rows as u64 {
            return Ok(());
        }
        Err(Error::new(
            Class::NotStored,
            format!(
                "`{table}` stored {stored} of {rows} new rows; a trigger or an `ON CONFLICT` clause of the table left the \
                 others out"
            ),
        ))
    }

    /// The error for a view of SQLite. RETURNING and the last key show what the statement does by itself, and not what the
    /// triggers of a view do.
    #[cfg(feature = "sqlite")]
    pub(crate) fn view_error(&self) -> Error {
        let table = &self.table;
        Error::usage(format!(
            "`{table}` is a view, and the keys of what its triggers insert are unknown; insert with `execute`, which returns \
             no rows"
        ))
    }
}
