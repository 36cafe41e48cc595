use std::time::Duration;

use tokio::time::{advance, timeout};

use crate::server::connections::*;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

const NEO: UserId = UserId::new(1);
const TRINITY: UserId = UserId::new(2);

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
    seats.iter().for_each(Seat::is_busy);
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
    first.falls_silent(None, false);
    let third = table.admit(HERE);
    assert!(third.is_some());
    assert!(!is_evicted(&first).await);
    assert!(is_evicted(&second).await);
}

#[tokio::test(start_paused = true)]
async fn the_only_session_of_a_user_and_requests_under_way_keep_their_place() {
    let table = table(3, 3);
    let sessions = [NEO, TRINITY].map(|user| {
        let seat = table.admit(HERE).unwrap();
        seat.falls_silent(Some(user), false);
        seat
    });
    let busy = table.admit(HERE).unwrap();
    busy.is_busy();
    assert!(table.admit(THERE).is_none());
    busy.falls_silent(None, false);
    assert!(table.admit(THERE).is_some());
    assert!(is_evicted(&busy).await);
    for seat in &sessions {
        assert!(!is_evicted(seat).await);
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_with_the_most_connections_makes_room_for_others() {
    let table = table(6, 6);
    let mut seats = Vec::new();
    // Trinity's connections have been silent for longer, and one of Neo's has a request under way.
    for user in [TRINITY, TRINITY, NEO, NEO, NEO] {
        let seat = table.admit(HERE).unwrap();
        seat.falls_silent(Some(user), false);
        advance(Duration::from_secs(1)).await;
        seats.push(seat);
    }
    seats[2].is_busy();
    let stranger = table.admit(HERE).unwrap();
    let mut newcomers = Vec::new();
    for expected in [None, Some(3), Some(0), Some(4)] {
        let newcomer = table.admit(THERE).unwrap();
        newcomer.is_busy();
        newcomers.push(newcomer);
        let evicted = expected.map_or(&stranger, |index: usize| &seats[index]);
        assert!(is_evicted(evicted).await, "{expected:?}");
    }
    assert!(table.admit(THERE).is_none());
    assert!(!is_evicted(&seats[1]).await && !is_evicted(&seats[2]).await);
}

#[tokio::test(start_paused = true)]
async fn a_connection_with_which_a_session_ends_goes_last() {
    let table = table(3, 3);
    let mut seats = Vec::new();
    for holds_session in [true, false, false] {
        let seat = table.admit(HERE).unwrap();
        seat.falls_silent(Some(NEO), holds_session);
        advance(Duration::from_secs(1)).await;
        seats.push(seat);
    }
    seats[2].is_busy();
    let mut newcomers = Vec::new();
    for expected in [1, 0] {
        let newcomer = table.admit(THERE).unwrap();
        newcomer.is_busy();
        newcomers.push(newcomer);
        assert!(is_evicted(&seats[expected]).await, "{expected}");
    }
    assert!(table.admit(THERE).is_none());
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
