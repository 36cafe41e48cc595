//! The open connections, and which of them is evicted when the server has reached its limit.
//!
//! Invariant: an [`Admitted`] has one entry from its admission until it is evicted or dropped, whichever
//! comes first, and [`Entries::remove`] does nothing the second time. So the entries count exactly the
//! connections that may still begin a request. An eviction may race with [`Admitted::mark_busy`]: a
//! connection that has just read a request may be evicted. It carries out this one request; then it
//! finds that it was evicted, which it checks in front of every frame.

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

/// The idle time of a connection with a request under way: it cannot be evicted.
const BUSY: u64 = u64::MAX;

/// The user of a connection without a session: no user has this id.
const NO_USER: u64 = 0;

/// All connections of one server.
#[derive(Debug)]
pub(crate) struct Connections {
    entries: Mutex<Entries>,
    start: Instant,
    max: usize,
    max_per_address: usize,
}

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    by_id: HashMap<u64, Arc<Entry>>,
    by_network: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Entry {
    address: IpAddr,
    /// The network of the address; connections are counted by network.
    network: IpAddr,
    /// When the connection became idle, in milliseconds since [`Connections::start`], or [`BUSY`].
    idle_since: AtomicU64,
    /// The user of the connection, or [`NO_USER`].
    user: AtomicU64,
    /// Whether a session, which other connections of the user may name, ends with this connection.
    holds_session: AtomicBool,
    evicted: Notify,
}

/// A connection that was admitted. Dropping it removes the connection from the count.
#[derive(Debug)]
pub(crate) struct Admitted {
    connections: Arc<Connections>,
    id: u64,
    entry: Arc<Entry>,
}

impl Connections {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            entries: Mutex::default(),
            start: Instant::now(),
            max: limits.max_connections,
            max_per_address: limits.max_connections_per_address,
        }
    }

    /// Admits a new connection. If its address, or the server, has reached its limit, one connection
    /// is evicted, as [`Entries::evict`] chooses; `None` when none may be evicted.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Admitted> {
        let mut entries = self.lock();
        let network = network(address);
        if entries
            .by_network
            .get(&network)
            .is_some_and(|count| *count >= self.max_per_address)
        {
            entries.evict(|entry| entry.network == network)?;
        }
        if entries.by_id.len() >= self.max {
            entries.evict(|_| true)?;
        }
        let idle_since = AtomicU64::new(self.now());
        let entry = Arc::new(Entry {
            address,
            network,
            idle_since,
            user: AtomicU64::new(NO_USER),
            holds_session: AtomicBool::new(false),
            evicted: Notify::new(),
        });
        let id = entries.next;
        entries.next += 1;
        entries.by_id.insert(id, entry.clone());
        *entries.by_network.entry(network).or_default() += 1;
        Some(Admitted {
            connections: self.clone(),
            id,
            entry,
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(BUSY - 1)
    }

    /// Each change of the entries is complete before anything can panic, so a poisoned lock is sound.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Evicts one connection among `candidates`: of those without a user, the one that has been idle
    /// the longest. If all have a user, it evicts the longest idle connection of the user with the most
    /// connections, if that is more than one, because a user's first connection matters more than another
    /// user's second. A connection that a session ends with goes last. `None` when none may be evicted.
    fn evict(&mut self, candidates: impl Fn(&Entry) -> bool) -> Option<()> {
        let candidates = || self.by_id.iter().filter(|(_, entry)| candidates(entry));
        let idle = || candidates().filter(|(_, entry)| entry.idle_since() != BUSY);
        let without_user = idle().filter(|(_, entry)| entry.user() == NO_USER);
        let (id, entry) = without_user
            .min_by_key(|(id, entry)| (entry.idle_since(), **id))
            .or_else(|| {
                let mut counts: HashMap<u64, usize> = HashMap::new();
                candidates().for_each(|(_, entry)| *counts.entry(entry.user()).or_default() += 1);
                idle()
                    .filter(|(_, entry)| counts[&entry.user()] > 1)
                    .min_by_key(|(id, entry)| {
                        let most = Reverse(counts[&entry.user()]);
                        (most, entry.holds_session(), entry.idle_since(), **id)
                    })
            })?;
        let id = *id;
        entry.evicted.notify_one();
        tracing::debug!(address = %entry.address, "an idle connection was evicted");
        self.remove(id);
        Some(())
    }

    fn remove(&mut self, id: u64) {
        let Some(entry) = self.by_id.remove(&id) else {
            return;
        };
        if let Some(count) = self.by_network.get_mut(&entry.network) {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&entry.network);
            }
        }
    }
}

impl Entry {
    fn idle_since(&self) -> u64 {
        self.idle_since.load(Ordering::Relaxed)
    }

    fn user(&self) -> u64 {
        self.user.load(Ordering::Relaxed)
    }

    fn holds_session(&self) -> bool {
        self.holds_session.load(Ordering::Relaxed)
    }
}

impl Admitted {
    pub(crate) fn address(&self) -> IpAddr {
        self.entry.address
    }

    /// Marks the connection as idle from now on. `user` is its user; a session ends with the connection
    /// if it `holds_session`.
    pub(crate) fn mark_idle(&self, user: Option<UserId>, holds_session: bool) {
        let user = user.map_or(NO_USER, UserId::get);
        self.entry.user.store(user, Ordering::Relaxed);
        let holds = &self.entry.holds_session;
        holds.store(holds_session, Ordering::Relaxed);
        let now = self.connections.now();
        self.entry.idle_since.store(now, Ordering::Relaxed);
    }

    /// Marks a request as under way: the connection cannot be evicted until it is idle again.
    pub(crate) fn mark_busy(&self) {
        self.entry.idle_since.store(BUSY, Ordering::Relaxed);
    }

    /// Completes when the connection has been evicted.
    pub(crate) async fn evicted(&self) {
        self.entry.evicted.notified().await;
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.connections.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests;
