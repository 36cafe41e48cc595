//! A pool of connections to SQLite as a program of its own would have it.

use std::sync::{Arc, Mutex, MutexGuard};

use rusqlite::{Connection, Result};
use tokio::sync::Semaphore;

use crate::workload::SQLITE_SETTINGS;

/// On which thread SQLite is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Direct,
    Hop,
}

/// Connections of one kind.
pub(crate) struct Connections {
    pub(super) way: Way,
    connections: Vec<Mutex<Connection>>,
    permits: Semaphore,
}

impl Connections {
    pub(crate) fn open(way: Way, path: &str, size: usize) -> Arc<Self> {
        let open = |_| {
            let connection = Connection::open(path).expect("the file is prepared");
            connection.set_prepared_statement_cache_capacity(256);
            let set = connection.execute_batch(SQLITE_SETTINGS);
            set.expect("these are settings of SQLite");
            Mutex::new(connection)
        };
        Arc::new(Self {
            way,
            connections: (0..size).map(open).collect(),
            permits: Semaphore::new(size),
        })
    }

    /// A connection that is not in use. Without a permit there may be none, and this waits.
    fn free(&self) -> MutexGuard<'_, Connection> {
        let mut connections = self.connections.iter();
        let free = connections.find_map(|connection| connection.try_lock().ok());
        free.unwrap_or_else(|| self.connections[0].lock().expect("nothing panics"))
    }

    pub(crate) async fn run<T, W>(self: &Arc<Self>, work: W) -> T
    where
        T: Send + 'static,
        W: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let done = match self.way {
            Way::Direct => work(&mut self.free()),
            Way::Hop => {
                let _permit = self.permits.acquire().await.expect("it is never closed");
                let pool = self.clone();
                let task = tokio::task::spawn_blocking(move || work(&mut pool.free()));
                task.await.expect("nothing panics")
            }
        };
        done.expect("the tables exist and no other task writes")
    }
}
