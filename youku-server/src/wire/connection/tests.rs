use tokio::io::{DuplexStream, duplex};

use crate::wire::connection::*;

const MAX: usize = 65_536;
const SECOND: Duration = Duration::from_secs(1);

fn pair() -> (Connection<DuplexStream>, DuplexStream) {
    let (near, far) = duplex(128 * 1024);
    (Connection::new(near, SECOND), far)
}

#[tokio::test]
async fn a_frame_in_single_bytes_is_read_completely() {
    let (mut connection, mut peer) = pair();
    for byte in b"\x02\0\0\0{}" {
        peer.write_all(&[*byte]).await.unwrap();
    }
    assert_eq!(
        connection.read_frame(MAX, SECOND).await.unwrap().unwrap(),
        b"{}"
    );
}

#[tokio::test]
async fn nothing_is_read_beyond_the_frame() {
    let (mut connection, mut peer) = pair();
    peer.write_all(b"\x02\0\0\0{}movie").await.unwrap();
    connection.read_frame(MAX, SECOND).await.unwrap();
    let mut body = [0; 5];
    assert_eq!(connection.read_body(&mut body).await.unwrap(), 5);
    assert_eq!(&body, b"movie");
}

#[tokio::test]
async fn the_longest_frame_is_read_completely() {
    let (mut connection, mut peer) = pair();
    let text = vec![b' '; MAX];
    peer.write_all(&65_536_i32.to_le_bytes()).await.unwrap();
    peer.write_all(&text).await.unwrap();
    assert_eq!(
        connection.read_frame(MAX, SECOND).await.unwrap().unwrap(),
        text
    );
}

#[tokio::test]
async fn an_end_between_frames_is_not_an_error() {
    let (mut connection, peer) = pair();
    drop(peer);
    assert!(connection.read_frame(MAX, SECOND).await.unwrap().is_none());
}

#[tokio::test]
async fn an_end_inside_a_length_or_a_text_is_an_error() {
    for begun in [&b"\x02"[..], b"\x02\0\0", b"\x02\0\0\0", b"\x02\0\0\0{"] {
        let (mut connection, mut peer) = pair();
        peer.write_all(begun).await.unwrap();
        drop(peer);
        let error = connection.read_frame(MAX, SECOND).await.unwrap_err();
        assert!(matches!(error, ConnectionError::Closed), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_for_the_whole_frame() {
    let (mut connection, mut peer) = pair();
    let reading = connection.read_frame(MAX, SECOND * 10);
    let dripping = async {
        for byte in b"\x02\0\0\0{}" {
            peer.write_all(&[*byte]).await.unwrap();
            tokio::time::sleep(SECOND * 9).await;
        }
    };
    let (read, ()) = tokio::join!(reading, dripping);
    assert!(matches!(read, Err(ConnectionError::FrameTimeout(_))));
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_first_byte_is_not_part_of_the_deadline() {
    let (mut connection, mut peer) = pair();
    let late = async {
        tokio::time::sleep(SECOND * 100).await;
        peer.write_all(b"\x02\0\0\0{}").await.unwrap();
    };
    let (read, ()) = tokio::join!(connection.read_frame(MAX, SECOND), late);
    assert!(read.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn writing_to_a_peer_that_reads_nothing_times_out() {
    let (near, _far) = duplex(16);
    let mut connection = Connection::new(near, SECOND);
    let error = connection.write_body(&[0; 64]).await.unwrap_err();
    assert!(matches!(error, ConnectionError::BodyTimeout(SECOND)));
}

#[tokio::test]
async fn a_frame_that_arrives_during_gone_is_not_lost() {
    let (mut connection, mut peer) = pair();
    peer.write_all(b"\x02\0\0\0{}").await.unwrap();
    let watched = timeout(Duration::from_millis(1), connection.gone()).await;
    assert!(watched.is_err(), "the peer is still there");
    assert_eq!(
        connection.read_frame(MAX, SECOND).await.unwrap().unwrap(),
        b"{}"
    );
}

#[tokio::test]
async fn raw_bytes_read_by_ready_are_returned_first() {
    let (mut connection, mut peer) = pair();
    peer.write_all(b"movies").await.unwrap();
    assert!(connection.ready().await.unwrap());
    let mut body = Vec::new();
    while body.len() < 6 {
        let mut piece = [0; 3];
        let read = connection.read_body(&mut piece).await.unwrap();
        body.extend_from_slice(&piece[..read]);
    }
    assert_eq!(body, b"movies");
}

#[tokio::test]
async fn a_peer_that_has_ended_its_side_may_still_read() {
    let (mut connection, mut peer) = pair();
    peer.shutdown().await.unwrap();
    let watched = timeout(Duration::from_millis(1), connection.gone()).await;
    assert!(watched.is_err(), "the peer is still there");
    connection.write_body(b"movie").await.unwrap();
    let mut body = [0; 5];
    peer.read_exact(&mut body).await.unwrap();
    assert_eq!(&body, b"movie");
}

#[tokio::test]
async fn drain_stops_in_front_of_the_next_frame() {
    let (mut connection, mut peer) = pair();
    peer.write_all(&[7; 40_000]).await.unwrap();
    peer.write_all(b"\x02\0\0\0{}").await.unwrap();
    connection.drain(40_000).await.unwrap();
    assert_eq!(
        connection.read_frame(MAX, SECOND).await.unwrap().unwrap(),
        b"{}"
    );
}

#[tokio::test]
async fn a_body_begins_with_early_bytes_and_ends_at_its_limit() {
    let (mut connection, mut peer) = pair();
    peer.write_all(b"movie{}").await.unwrap();
    assert!(connection.ready().await.unwrap());
    let mut bytes = Vec::new();
    let mut body = connection.body();
    (&mut body).take(5).read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"movie");
    assert!(body.into_failure().is_none());
    let mut rest = [0; 2];
    connection.read_body(&mut rest).await.unwrap();
    assert_eq!(&rest, b"{}");
}

#[tokio::test]
async fn a_truncated_body_is_an_error() {
    let (mut connection, mut peer) = pair();
    peer.write_all(b"mov").await.unwrap();
    drop(peer);
    let mut body = connection.body();
    let mut bytes = Vec::new();
    let read = (&mut body).take(5).read_to_end(&mut bytes).await;
    assert!(read.is_err());
    assert_eq!(bytes, b"mov");
    assert!(matches!(body.into_failure(), Some(ConnectionError::Closed)));
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_is_read_and_a_stalled_one_times_out() {
    let (mut connection, mut peer) = pair();
    let sender = tokio::spawn(async move {
        for _ in 0..4 {
            tokio::time::sleep(SECOND * 3 / 4).await;
            peer.write_all(b"m").await.unwrap();
        }
        std::future::pending::<()>().await;
    });
    let mut body = connection.body();
    let mut bytes = Vec::new();
    let start = tokio::time::Instant::now();
    let read = (&mut body).take(5).read_to_end(&mut bytes).await;
    assert!(read.is_err());
    assert_eq!(bytes.len(), 4);
    assert_eq!(start.elapsed(), SECOND * 4);
    let failure = body.into_failure();
    assert!(matches!(
        failure,
        Some(ConnectionError::BodyTimeout(SECOND))
    ));
    sender.abort();
}
