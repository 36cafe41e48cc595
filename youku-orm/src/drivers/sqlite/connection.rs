//! One open connection to SQLite, and what is known about it.

mod hook;

pub(super) use hook::Registered;

use std::time::Duration;

use rusqlite::Connection;

use crate::drivers::sqlite::run::KnownTables;
use crate::drivers::sqlite::thread_choice::ShortStatements;
use crate::drivers::sqlite::write_ahead_log::WriteAheadLog;

/// An open connection. It is used by one thread at a time: it moves to the thread that uses it, and back.
pub(super) struct SqliteConnection {
    pub(super) raw: Connection,
    /// The statements that may run on the calling thread.
    pub(super) short: ShortStatements,
    pub(super) log: WriteAheadLog,
    /// The tables that rows were inserted into.
    pub(super) tables: KnownTables,
    /// How long SQLite waits for a lock of another process.
    pub(super) busy_timeout: Duration,
    /// A database in memory has no file, no log, and no other process that could lock it.
    pub(super) in_memory: bool,
}

impl SqliteConnection {
    pub(super) fn is_in_transaction(&self) -> bool {
        !self.raw.is_autocommit()
    }

    /// Whether COMMIT returns without waiting for the disk.
    pub(super) fn commits_without_disk(&self) -> bool {
        self.in_memory || self.log.commits_without_disk()
    }
}
