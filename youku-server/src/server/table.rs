//! Who is connected, and who has to go when there is no room.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::rates::network;
use crate::Limits;

/// The mark of a connection that keeps its place: it has a session, or a request under way.
const STAYS: u64 = u64::MAX;

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
    /// Whom the address belongs to; by this connections are counted.
    network: IpAddr,
    /// Milliseconds since the table's start, or [`STAYS`].
    silent_since: AtomicU64,
    evicted: Notify,
}

/// One connection's place in the table, given back when it is dropped.
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

    /// A place for a new connection. When its address, or the server, has as many as it may have,
    /// the one without a session that has been silent the longest loses its place; `None` when
    /// there is no such one.
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
    /// Takes the longest silent row among `candidates` out; `None` when none may go.
    fn evict(&mut self, candidates: impl Fn(&Row) -> bool) -> Option<()> {
        let silent = |row: &Row| row.silent_since.load(Ordering::Relaxed);
        let (id, row) = self
            .by_id
            .iter()
            .filter(|(_, row)| silent(row) != STAYS && candidates(row))
            .min_by_key(|(id, row)| (silent(row), **id))?;
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

impl Seat {
    pub(crate) fn address(&self) -> IpAddr {
        self.row.address
    }

    /// From now on nothing is heard of the connection, which has a session or not.
    pub(crate) fn falls_silent(&self, in_session: bool) {
        let since = if in_session { STAYS } else { self.table.now() };
        self.row.silent_since.store(since, Ordering::Relaxed);
    }

    /// A request is under way: the place is safe until the next silence.
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
mod tests {
    use std::time::Duration;

    use tokio::time::{advance, timeout};

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

    fn table(max: usize, per_address: usize) -> Arc<Table> {
        Arc::new(Table::new(&Limits {
            max_connections: max,
            max_connections_per_address: per_address,
            ..Limits::default()
        }))
    }

    async fn is_evicted(seat: &Seat) -> bool {
        timeout(Duration::ZERO, seat.evicted()).await.is_ok()
    }

    #[test]
    fn addresses_of_one_network_share_its_places() {
        let table = table(9, 2);
        let address = |last| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
        let seats: Vec<_> = [1, 2]
            .map(|last| table.admit(address(last)).unwrap())
            .into();
        seats.iter().for_each(|seat| seat.falls_silent(true));
        assert!(table.admit(address(3)).is_none());
        assert!(
            table
                .admit(IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]))
                .is_some()
        );
        drop(seats);
        assert!(table.admit(address(3)).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_silent_connection_makes_room() {
        let table = table(2, 2);
        let first = table.admit(HERE).unwrap();
        advance(Duration::from_secs(1)).await;
        let second = table.admit(THERE).unwrap();
        advance(Duration::from_secs(1)).await;
        first.falls_silent(false);
        let third = table.admit(HERE);
        assert!(third.is_some());
        assert!(!is_evicted(&first).await);
        assert!(is_evicted(&second).await);
    }

    #[tokio::test(start_paused = true)]
    async fn sessions_and_requests_under_way_keep_their_place() {
        let table = table(2, 2);
        let in_session = table.admit(HERE).unwrap();
        in_session.falls_silent(true);
        let busy = table.admit(HERE).unwrap();
        busy.is_busy();
        assert!(table.admit(THERE).is_none());
        busy.falls_silent(false);
        assert!(table.admit(THERE).is_some());
        assert!(is_evicted(&busy).await);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_makes_room_among_its_own() {
        let table = table(10, 1);
        let other = table.admit(THERE).unwrap();
        advance(Duration::from_secs(1)).await;
        let first = table.admit(HERE).unwrap();
        let second = table.admit(HERE).unwrap();
        assert!(is_evicted(&first).await);
        assert!(!is_evicted(&other).await);
        assert!(!is_evicted(&second).await);
    }

    #[tokio::test]
    async fn a_dropped_seat_is_free_again() {
        let table = table(1, 1);
        let seat = table.admit(HERE).unwrap();
        seat.is_busy();
        assert!(table.admit(HERE).is_none());
        drop(seat);
        assert!(table.admit(HERE).is_some());
        assert!(table.lock().by_network.len() <= 1);
    }
}
