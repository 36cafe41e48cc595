use std::time::Duration;

use tokio::time::{advance, timeout};

use crate::server::connections::*;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

const NEO: UserId = UserId::new(1);
const TRINITY: UserId = UserId::new(2);

fn connections(max: usize, per_address: usize) -> Arc<Connections> {
    Arc::new(Connections::new(&Limits {
        max_connections: max,
        max_connections_per_address: per_address,
        ..Limits::default()
    }))
}

async fn is_evicted(admitted: &Admitted) -> bool {
    timeout(Duration::ZERO, admitted.evicted()).await.is_ok()
}

#[test]
fn addresses_of_one_network_share_its_limit() {
    let connections = connections(9, 2);
    let address = |last| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
    let both: Vec<_> = [1, 2]
        .map(|last| connections.admit(address(last)).unwrap())
        .into();
    both.iter().for_each(Admitted::mark_busy);
    assert!(connections.admit(address(3)).is_none());
    assert!(
        connections
            .admit(IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]))
            .is_some()
    );
    drop(both);
    assert!(connections.admit(address(3)).is_some());
}

#[tokio::test(start_paused = true)]
async fn the_longest_idle_connection_is_evicted() {
    let connections = connections(2, 2);
    let first = connections.admit(HERE).unwrap();
    advance(Duration::from_secs(1)).await;
    let second = connections.admit(THERE).unwrap();
    advance(Duration::from_secs(1)).await;
    first.mark_idle(None, false);
    let third = connections.admit(HERE);
    assert!(third.is_some());
    assert!(!is_evicted(&first).await);
    assert!(is_evicted(&second).await);
}

#[tokio::test(start_paused = true)]
async fn the_only_connection_of_a_user_and_busy_connections_are_not_evicted() {
    let connections = connections(3, 3);
    let sessions = [NEO, TRINITY].map(|user| {
        let admitted = connections.admit(HERE).unwrap();
        admitted.mark_idle(Some(user), false);
        admitted
    });
    let busy = connections.admit(HERE).unwrap();
    busy.mark_busy();
    assert!(connections.admit(THERE).is_none());
    busy.mark_idle(None, false);
    assert!(connections.admit(THERE).is_some());
    assert!(is_evicted(&busy).await);
    for admitted in &sessions {
        assert!(!is_evicted(admitted).await);
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_with_the_most_connections_loses_one_first() {
    let connections = connections(6, 6);
    let mut earlier = Vec::new();
    // Trinity's connections have been idle for longer, and one of Neo's has a request under way.
    for user in [TRINITY, TRINITY, NEO, NEO, NEO] {
        let admitted = connections.admit(HERE).unwrap();
        admitted.mark_idle(Some(user), false);
        advance(Duration::from_secs(1)).await;
        earlier.push(admitted);
    }
    earlier[2].mark_busy();
    let without_user = connections.admit(HERE).unwrap();
    let mut later = Vec::new();
    for expected in [None, Some(3), Some(0), Some(4)] {
        let new = connections.admit(THERE).unwrap();
        new.mark_busy();
        later.push(new);
        let evicted = expected.map_or(&without_user, |index: usize| &earlier[index]);
        assert!(is_evicted(evicted).await, "{expected:?}");
    }
    assert!(connections.admit(THERE).is_none());
    assert!(!is_evicted(&earlier[1]).await && !is_evicted(&earlier[2]).await);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_a_session_ends_with_is_evicted_last() {
    let connections = connections(3, 3);
    let mut earlier = Vec::new();
    for holds_session in [true, false, false] {
        let admitted = connections.admit(HERE).unwrap();
        admitted.mark_idle(Some(NEO), holds_session);
        advance(Duration::from_secs(1)).await;
        earlier.push(admitted);
    }
    earlier[2].mark_busy();
    let mut later = Vec::new();
    for expected in [1, 0] {
        let new = connections.admit(THERE).unwrap();
        new.mark_busy();
        later.push(new);
        assert!(is_evicted(&earlier[expected]).await, "{expected}");
    }
    assert!(connections.admit(THERE).is_none());
}

#[tokio::test(start_paused = true)]
async fn an_address_at_its_limit_loses_one_of_its_own_connections() {
    let connections = connections(10, 1);
    let other = connections.admit(THERE).unwrap();
    advance(Duration::from_secs(1)).await;
    let first = connections.admit(HERE).unwrap();
    let second = connections.admit(HERE).unwrap();
    assert!(is_evicted(&first).await);
    assert!(!is_evicted(&other).await);
    assert!(!is_evicted(&second).await);
}

#[tokio::test]
async fn a_dropped_connection_is_no_longer_counted() {
    let connections = connections(1, 1);
    let admitted = connections.admit(HERE).unwrap();
    admitted.mark_busy();
    assert!(connections.admit(HERE).is_none());
    drop(admitted);
    assert!(connections.admit(HERE).is_some());
    assert!(connections.lock().by_network.len() <= 1);
}
