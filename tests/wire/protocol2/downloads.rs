//! Downloads of protocol 2: any part of a movie, only of known bytes, and waits that need no open
//! connection.

use std::time::Duration;

use serde_json::{Value, json};
use youku_core::{Clock, Kind, Policy};

use super::{Two, sha256};
use crate::support::{Server, policy};

const NAME: &str = "../the matrix.mp4";

fn download(id: u64) -> Value {
    json!({"type": "download_movie", "movie_id": id, "max_price": 1000})
}

/// A server with one movie whose bytes are its name, and with a member.
async fn start(kind: Kind) -> (Server, u64, Two) {
    let server = Server::start().await;
    let id = server.add_movies(kind, &[NAME]).await[0];
    let mut two = Two::user(&server, "neo").await;
    two.done(json!({"type": "charge_vip"})).await;
    (server, id, two)
}

#[tokio::test]
async fn the_reply_describes_the_bytes() {
    let (_server, id, mut two) = start(Kind::Charged).await;
    let reply = two.done(download(id)).await;
    let ready_at = reply["ready_at"].clone();
    assert!(ready_at.is_i64());
    let expected = json!({
        "flag": true, "code": "ok", "movie_name": NAME, "file_name": "the matrix.mp4",
        "movie_size": 17, "offset": 0, "length": 17, "sha256": sha256(NAME.as_bytes()),
        "ready_at": ready_at, "wait_time": 0, "price": 500,
        "watch_id": reply["watch_id"],
    });
    assert_eq!(reply, expected);
    assert_eq!(two.raw.receive_bytes(17).await, NAME.as_bytes());
    two.done(json!({"type": "whoami"})).await;
}

/// A client that returns at that second is not too early.
#[tokio::test]
async fn the_moment_of_the_first_byte_is_rounded_up() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4", "b.mp4"]).await[0];
    let mut two = Two::user(&server, "neo").await;
    let now = server.clock.now().as_second();
    let reply = two.done(download(id)).await;
    assert_eq!(
        (&reply["ready_at"], &reply["wait_time"]),
        (&json!(now + 30), &json!(30))
    );
    server.clock.advance(Duration::from_millis(1));
    let mut two = Two::user(&server, "trinity").await;
    let reply = two.done(download(id)).await;
    assert_eq!(
        (&reply["ready_at"], &reply["wait_time"]),
        (&json!(now + 31), &json!(30))
    );
}

#[tokio::test]
async fn a_download_begins_at_any_byte() {
    let (_server, id, mut two) = start(Kind::Free).await;
    for offset in [0, 1, 16, 17] {
        let mut request = download(id);
        request["offset"] = json!(offset);
        let reply = two.done(request).await;
        assert_eq!(
            (&reply["offset"], &reply["length"]),
            (&json!(offset), &json!(17 - offset))
        );
        assert_eq!(
            two.raw.receive_bytes(17 - offset).await,
            &NAME.as_bytes()[offset..]
        );
    }
    for offset in [
        json!(18),
        json!(i64::MAX),
        json!(-1),
        json!("1"),
        json!(0.5),
    ] {
        let mut request = download(id);
        request["offset"] = offset;
        let reply = two.refused(request, "bad_request").await;
        assert_eq!(reply["field"], "offset");
    }
}

#[tokio::test]
async fn a_download_ends_where_the_client_wants() {
    let (_server, id, mut two) = start(Kind::Free).await;
    for (offset, len, expected) in [
        (0, 5, 0..5),
        (3, 1, 3..4),
        (16, 1, 16..17),
        (0, 17, 0..17),
        // No more bytes than there are.
        (3, 100, 3..17),
        (1, i64::MAX, 1..17),
        (17, 1, 17..17),
        (4, 0, 4..4),
    ] {
        let mut request = download(id);
        request["offset"] = json!(offset);
        request["len"] = json!(len);
        let reply = two.done(request).await;
        assert_eq!(
            [&reply["offset"], &reply["length"], &reply["movie_size"]],
            [&json!(offset), &json!(expected.len()), &json!(17)]
        );
        assert_eq!(reply["sha256"], sha256(NAME.as_bytes()), "of the whole");
        let bytes = two.raw.receive_bytes(expected.len()).await;
        assert_eq!(bytes, &NAME.as_bytes()[expected]);
    }
    // Nothing followed the last one.
    two.done(json!({"type": "whoami"})).await;
}

#[tokio::test]
async fn a_movie_of_other_bytes_is_not_resumed() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Charged, &[NAME]).await[0];
    let mut two = Two::user(&server, "neo").await;
    two.done(json!({"type": "charge_vip"})).await;
    let mut request = download(id);
    request["offset"] = json!(3);
    request["if_sha256"] = json!(sha256(b"others"));
    let reply = two.refused(request.clone(), "changed").await;
    assert_eq!(reply.get("price"), None);
    // Nothing was paid for.
    let bought = two.done(json!({"type": "purchases"})).await;
    assert_eq!(bought["purchase_list"], json!([]));
    for digest in [
        sha256(NAME.as_bytes()),
        sha256(NAME.as_bytes()).to_uppercase(),
    ] {
        request["if_sha256"] = json!(digest);
        let reply = two.done(request.clone()).await;
        assert_eq!(reply["length"], 14);
        two.raw.receive_bytes(14).await;
    }
    request["offset"] = json!(18);
    let reply = two.refused(request.clone(), "bad_request").await;
    assert_eq!(reply["field"], "offset");
    request["lang"] = json!("zh");
    let reply = two.refused(request.clone(), "bad_request").await;
    assert_eq!(reply["msg"], "字段`offset`不能大于17");
    request["if_sha256"] = json!(sha256(b"others"));
    let reply = two.refused(request, "changed").await;
    assert_eq!(reply["msg"], "电影已更新");
}

#[tokio::test]
async fn a_client_need_not_wait_on_the_connection() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Charged, &["a.mp4"]).await[0];
    let mut two = Two::user(&server, "neo").await;
    let mut request = download(id);
    request["wait"] = json!(false);
    let reply = two.refused(request.clone(), "wait_required").await;
    assert_eq!(
        (&reply["retry_after"], &reply["price"]),
        (&json!(30), &json!(1000))
    );
    server.clock.advance(Duration::from_millis(29_001));
    let reply = two.refused(request.clone(), "wait_required").await;
    assert_eq!(
        (&reply["retry_after"], &reply["price"]),
        (&json!(1), &json!(0))
    );
    server.clock.advance(Duration::from_secs(1));
    let reply = two.done(request.clone()).await;
    assert_eq!(
        (&reply["wait_time"], &reply["length"]),
        (&json!(0), &json!(5))
    );
    two.raw.receive_bytes(5).await;
    // The next download has its own wait.
    two.refused(request.clone(), "wait_required").await;
    request["wait"] = json!("no");
    assert_eq!(two.refused(request, "bad_request").await["field"], "wait");
}

#[tokio::test]
async fn a_wait_on_the_connection_is_announced_and_observed() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut two = Two::user(&server, "neo").await;
    assert_eq!(two.done(download(id)).await["wait_time"], 30);
    server.clock.sleepers(1).await;
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(two.raw.receive_bytes(5).await, b"a.mp4");
}

#[tokio::test]
async fn more_downloads_than_the_policy_allows_are_refused() {
    let server = Server::with_policy(Policy {
        max_downloads_per_user: Some(1),
        ..policy()
    })
    .await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut first = Two::user(&server, "neo").await;
    let mut second = Two::connect(&server).await;
    second.session = first.session.clone();
    // It waits for its bytes.
    first.done(download(id)).await;
    let reply = second.refused(download(id), "rate_limited").await;
    assert!(reply["retry_after"].is_u64(), "{reply}");
    server.clock.sleepers(1).await;
    server.clock.advance(Duration::from_secs(30));
    first.raw.receive_bytes(5).await;
    // When the server answers again, it has finished with the download.
    first.done(json!({"type": "whoami"})).await;
    second.done(download(id)).await;
}

#[tokio::test]
async fn a_deleted_movie_is_not_found() {
    let (_server, _, mut two) = start(Kind::Free).await;
    two.refused(download(99), "not_found").await;
    let request = json!({"type": "download_movie"});
    assert_eq!(
        two.refused(request, "bad_request").await["field"],
        "movie_id"
    );
}
