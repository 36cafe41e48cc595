//! The open connections, and which of them is evicted when there is no room for a new one.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;
use youku_core::UserId;

use crate::Limits;
use crate::server::rate_limits::network;

/// The mark of a connection that keeps its place, because a request is under way.
const STAYS: u64 = u64::MAX;

/// Marks a connection without a user: no user has this id.
const STRANGER: u64 = 0;

/// All connections of one server.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Mutex<Rows>,
    start: Instant,
    max: usize,
    max_per_address: usize,
}

#[derive(Debug, Default)]
struct Rows {
    next: u64,
    by_id: HashMap<u64, Arc<Row>>,
    by_network: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Row {
    address: IpAddr,
    /// The network of the address; connections are counted by network.
    network: IpAddr,
    /// Milliseconds since the table's start, or [`STAYS`].
    silent_since: AtomicU64,
    /// The user of the connection, or [`STRANGER`].
    user: AtomicU64,
    /// Whether a session, which other connections of the user may name, ends with this connection.
    holds_session: AtomicBool,
    evicted: Notify,
}

/// One connection's place in the table; dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Seat {
    table: Arc<Table>,
    id: u64,
    row: Arc<Row>,
}

impl Table {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            rows: Mutex::default(),
            start: Instant::now(),
            max: limits.max_connections,
            max_per_address: limits.max_connections_per_address,
        }
    }

    /// A place for a new connection. If its address, or the server, has reached its limit, one
    /// connection loses its place, as [`Rows::evict`] chooses; `None` when none may go.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let mut rows = self.lock();
        let network = network(address);
        if rows
            .by_network
            .get(&network)
            .is_some_and(|count| *count >= self.max_per_address)
        {
            rows.evict(|row| row.network == network)?;
        }
        if rows.by_id.len() >= self.max {
            rows.evict(|_| true)?;
        }
        let silent_since = AtomicU64::new(self.now());
        let row = Arc::new(Row {
            address,
            network,
            silent_since,
            user: AtomicU64::new(STRANGER),
            holds_session: AtomicBool::new(false),
            evicted: Notify::new(),
        });
        let id = rows.next;
        rows.next += 1;
        rows.by_id.insert(id, row.clone());
        *rows.by_network.entry(network).or_default() += 1;
        Some(Seat {
            table: self.clone(),
            id,
            row,
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(STAYS - 1)
    }

    /// Each change of the rows is complete before anything can panic, so a poisoned lock is sound.
    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    /// Removes one row among `candidates`: of those without a user, the one that has been silent for
    /// the longest time. If all have a user, it removes the longest silent row of the user who has
    /// the most, if that is more than one, because a user's first connection matters more than another
    /// user's second. A row whose session ends with its connection goes last. `None` when no row may go.
    fn evict(&mut self, candidates: impl Fn(&Row) -> bool) -> Option<()> {
        let candidates = || self.by_id.iter().filter(|(_, row)| candidates(row));
        let silent = || candidates().filter(|(_, row)| row.silent_since() != STAYS);
        let strangers = silent().filter(|(_, row)| row.user() == STRANGER);
        let (id, row) = strangers
            .min_by_key(|(id, row)| (row.silent_since(), **id))
            .or_else(|| {
                let mut counts: HashMap<u64, usize> = HashMap::new();
                candidates().for_each(|(_, row)| *counts.entry(row.user()).or_default() += 1);
                silent()
                    .filter(|(_, row)| counts[&row.user()] > 1)
                    .min_by_key(|(id, row)| {
                        let most = Reverse(counts[&row.user()]);
                        (most, row.holds_session(), row.silent_since(), **id)
                    })
            })?;
        let id = *id;
        row.evicted.notify_one();
        tracing::debug!(address = %row.address, "a silent connection makes room");
        self.remove(id);
        Some(())
    }

    fn remove(&mut self, id: u64) {
        let Some(row) = self.by_id.remove(&id) else {
            return;
        };
        if let Some(count) = self.by_network.get_mut(&row.network) {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&row.network);
            }
        }
    }
}

impl Row {
    fn silent_since(&self) -> u64 {
        self.silent_since.load(Ordering::Relaxed)
    }

    fn user(&self) -> u64 {
        self.user.load(Ordering::Relaxed)
    }

    fn holds_session(&self) -> bool {
        self.holds_session.load(Ordering::Relaxed)
    }
}

impl Seat {
    pub(crate) fn address(&self) -> IpAddr {
        self.row.address
    }

    /// Marks the connection as silent from now on. `user` is its user; a session ends with the
    /// connection if it `holds_session`.
    pub(crate) fn falls_silent(&self, user: Option<UserId>, holds_session: bool) {
        let user = user.map_or(STRANGER, UserId::get);
        self.row.user.store(user, Ordering::Relaxed);
        let holds = &self.row.holds_session;
        holds.store(holds_session, Ordering::Relaxed);
        let now = self.table.now();
        self.row.silent_since.store(now, Ordering::Relaxed);
    }

    /// Marks a request as under way: the connection cannot be evicted until it is silent again.
    pub(crate) fn is_busy(&self) {
        self.row.silent_since.store(STAYS, Ordering::Relaxed);
    }

    /// Completes when the place has been given to another connection.
    pub(crate) async fn evicted(&self) {
        self.row.evicted.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.table.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests;
