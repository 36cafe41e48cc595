//! The write-ahead log of a database file, as far as this crate has to manage it.
//!
//! With [`Synchronous::Normal`](crate::Synchronous::Normal) a commit does not wait for the disk, but SQLite's automatic
//! checkpoint, which is part of a commit, does. So this crate counts the pages of the log, and writes the log back itself, on
//! a thread that may block, between two statements of the writing connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use crate::error::Result;

/// The log is written back to the file when it has this many pages. It is SQLite's own default.
const MAX_PAGES: u32 = 1_000;

/// The log of one connection's database.
#[derive(Default)]
pub(super) struct WriteAheadLog {
    /// Pages that were written since the log was last written back. 0 if SQLite writes the log back itself.
    pages: Arc<AtomicU32>,
}

impl WriteAheadLog {
    /// Counts the pages of each commit, in place of SQLite's automatic checkpoint.
    pub(super) fn replace_checkpoint(&self, connection: &mut Connection) -> Result<()> {
        let counter = self.pages.clone();
        connection.wal_hook(Some(move |_: &mut Wal, pages: i32| {
            counter.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(())
    }

    /// Whether COMMIT returns without waiting for the disk. The first COMMIT after a write-back waits, because it starts
    /// the log again from the beginning.
    pub(super) fn commits_without_disk(&self) -> bool {
        self.pages.load(Ordering::Relaxed) > 0
    }

    /// Whether the log should be written back now.
    pub(super) fn is_long(&self) -> bool {
        self.pages.load(Ordering::Relaxed) >= MAX_PAGES
    }

    /// Writes the log back, except for the part that a reader still needs.
    pub(super) fn write_back(&self, connection: &Connection) {
        self.pages.store(0, Ordering::Relaxed);
        let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()));
        if let Err(error) = done {
            // The next commit tries again.
            tracing::warn!(%error, "the write-ahead log was not written back");
        }
    }
}
