//! The write-ahead log of a database file, as far as this crate has to manage it.
//!
//! With [`Synchronous::Normal`](crate::Synchronous::Normal) a commit does not wait for the disk, but SQLite's automatic
//! checkpoint, which is part of a commit, does. So this crate switches it off and writes the log back itself, on a thread that
//! may block, between two statements of the writing connection.
//!
//! The size of its file shows how long the log is, because SQLite is told to cut the file to what it uses when it starts again
//! from the beginning (`journal_size_limit`). A look at the size costs as much as a small write. So it is due after some
//! commits on the calling thread, which are small, and after each commit on a thread that may block.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;

use crate::drivers::sqlite::connection::Registered;
use crate::error::Result;

/// The log is written back to the file when it has this many bytes, as SQLite's own default of 1,000 pages has.
const MAX_BYTES: u64 = 4 << 20;

/// After this many commits the size of the log is looked at.
const COMMITS_PER_LOOK: u32 = 32;

/// The log of one connection's database.
#[derive(Default)]
pub(super) struct WriteAheadLog {
    /// The file of the log. Empty if SQLite writes the log back itself.
    file: PathBuf,
    /// Commits since the log was last written back. 0 if SQLite writes the log back itself.
    commits: Arc<AtomicU32>,
    /// The number of commits after which the size is looked at.
    next_look: AtomicU32,
}

impl WriteAheadLog {
    /// Takes the place of SQLite's automatic checkpoint.
    pub(super) fn replace_checkpoint(&mut self, connection: &mut Connection) -> Result<()> {
        // SQLite names the log after the file that a symbolic link leads to.
        let database = connection.path().unwrap_or_default();
        self.file = format!("{database}-wal").into();
        self.next_look = COMMITS_PER_LOOK.into();
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "journal_size_limit", 0)?;
        let counter = self.commits.clone();
        let count = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            // Do not turn the commit into a rollback.
            false
        };
        connection.commit_hook(Some(count)).registered()
    }

    /// Whether COMMIT returns without waiting for the disk. The first COMMIT after a write-back waits, because it starts
    /// the log again from the beginning.
    pub(super) fn commits_without_disk(&self) -> bool {
        self.commits.load(Ordering::Relaxed) > 0
    }

    /// Takes note that a statement ran which may have written much.
    pub(super) fn look_soon(&self) {
        self.next_look.store(0, Ordering::Relaxed);
    }

    /// Whether the log should be written back now.
    pub(super) fn is_long(&self) -> bool {
        let commits = self.commits.load(Ordering::Relaxed);
        if commits == 0 || commits < self.next_look.load(Ordering::Relaxed) {
            return false;
        }
        self.next_look
            .store(commits.saturating_add(COMMITS_PER_LOOK), Ordering::Relaxed);
        // A log whose size is unknown may be long.
        !std::fs::metadata(&self.file).is_ok_and(|file| file.len() < MAX_BYTES)
    }

    /// Writes the log back, except for the part that a reader still needs.
    pub(super) fn write_back(&self, connection: &Connection) {
        self.commits.store(0, Ordering::Relaxed);
        self.next_look.store(COMMITS_PER_LOOK, Ordering::Relaxed);
        let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()));
        if let Err(error) = done {
            // A later commit tries again.
            tracing::warn!(%error, "the write-ahead log was not written back");
        }
    }
}
