//! Refused uploads: the reply comes first, then the server reads and discards the announced bytes.

use std::time::Duration;

use serde_json::json;
use youku_server::Limits;

use crate::raw::{Raw, upload};
use crate::support::Server;

const BYTES: &[u8] = &[7; 100_000];

/// Announces an upload, sends the bytes at once, and asserts the refusal and that the connection continues.
async fn check(raw: &mut Raw, request: serde_json::Value, code: &str) -> serde_json::Value {
    raw.send(request).await;
    raw.send_bytes(BYTES).await;
    let reply = raw.receive().await;
    assert_eq!(
        (&reply["flag"], &reply["code"]),
        (&json!(false), &json!(code))
    );
    raw.expect_alive().await;
    reply
}

#[tokio::test]
async fn without_a_session_or_role() {
    let server = Server::start().await;
    let request = upload("a.mp4", BYTES.len(), 0);
    check(
        &mut server.connect().await,
        request.clone(),
        "unauthenticated",
    )
    .await;
    check(&mut server.user("neo").await, request, "forbidden").await;
    assert_eq!(server.listed().await, [""; 0]);
}

#[tokio::test]
async fn for_a_field_that_is_wrong() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let mut request = upload("", BYTES.len(), 0);
    let reply = check(&mut raw, request.clone(), "bad_request").await;
    assert_eq!(reply["field"], "movie_name");
    request["movie_name"] = json!(5);
    let reply = check(&mut raw, request.clone(), "bad_request").await;
    assert_eq!(reply["field"], "movie_name");
    request["movie_size"] = json!(BYTES.len().to_string());
    check(&mut raw, request, "bad_request").await;
}

#[tokio::test]
async fn for_bytes_that_exist_already() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let first = raw.upload("a.mp4", BYTES, 0).await;
    let reply = check(&mut raw, upload("b.mp4", BYTES.len(), 0), "exists").await;
    assert_eq!(
        (&reply["msg"], &reply["movie_id"]),
        (&json!("电影【b.mp4】已存在!"), &first["movie_id"])
    );
    assert_eq!(server.listed().await, ["a.mp4"]);
}

#[tokio::test]
async fn before_any_byte_is_sent() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    raw.send(upload("a.mp4", BYTES.len(), 0)).await;
    assert_eq!(raw.receive().await["code"], "unauthenticated");
    raw.send_bytes(BYTES).await;
    raw.expect_alive().await;
}

#[tokio::test]
async fn for_its_size_and_then_no_byte_is_awaited_beyond_the_cap() {
    let max_drain = BYTES.len() as u64;
    let server = Server::with_limits(Limits {
        max_drain,
        ..Limits::default()
    })
    .await;
    let mut raw = server.administrator().await;
    let mut request = upload("a.mp4", 0, 0);
    request["movie_size"] = json!(i64::MAX);
    raw.send(request).await;
    raw.send_bytes(BYTES).await;
    assert_eq!(raw.receive().await["code"], "too_large");
    raw.expect_end().await;
}

#[tokio::test]
async fn up_to_the_cap_its_bytes_are_awaited() {
    for (over, stays) in [(0, true), (1, false)] {
        let server = Server::with_limits(Limits {
            max_drain: BYTES.len() as u64 - over,
            ..Limits::default()
        })
        .await;
        let mut raw = server.user("neo").await;
        raw.send(upload("a.mp4", BYTES.len(), 0)).await;
        assert_eq!(raw.receive().await["code"], "forbidden");
        raw.send_bytes(BYTES).await;
        if stays {
            raw.expect_alive().await;
        } else {
            raw.expect_end().await;
        }
    }
}

#[tokio::test]
async fn for_an_empty_movie() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let reply = raw
        .expect_refusal(upload("a.mp4", 0, 0), "bad_request")
        .await;
    assert_eq!(reply["field"], "movie_size");
    raw.expect_alive().await;
}

#[tokio::test]
async fn by_a_client_that_leaves() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    raw.send(upload("a.mp4", BYTES.len(), 0)).await;
    raw.send_bytes(&BYTES[1..]).await;
    raw.end().await;
    assert_eq!(raw.receive().await["code"], "unauthenticated");
    raw.expect_end().await;
    server.connect().await.expect_alive().await;
}

#[tokio::test]
async fn makes_room_while_its_bytes_are_awaited() {
    let server = Server::with_limits(Limits {
        max_connections: 1,
        ..Limits::default()
    })
    .await;
    let mut raw = server.connect().await;
    raw.send(upload("a.mp4", BYTES.len(), 0)).await;
    assert_eq!(raw.receive().await["code"], "unauthenticated");
    server.connect().await.expect_alive().await;
    raw.expect_end().await;
}

#[tokio::test]
async fn of_a_user_keeps_its_place_while_its_bytes_are_awaited() {
    let server = Server::with_limits(Limits {
        max_connections: 3,
        ..Limits::default()
    })
    .await;
    server.user("neo").await;
    let session = server.log_in_by_design("neo", "user").await;
    let mut refused = server.connect().await;
    let mut other = server.connect().await;
    for raw in [&mut refused, &mut other] {
        raw.cookies = session.cookies.clone();
    }
    refused.send(upload("a.mp4", BYTES.len(), 0)).await;
    assert_eq!(refused.receive().await["code"], "forbidden");
    let list = json!({"type": "get_movie_list", "movie_type": "all"});
    assert_eq!(other.ask(list).await["code"], "ok");
    server.connect().await.expect_alive().await;
    other.expect_end().await;
    refused.send_bytes(BYTES).await;
    refused.expect_alive().await;
}

#[tokio::test]
async fn when_its_bytes_do_not_come_in_time() {
    let server = Server::with_limits(Limits {
        drain_time: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    let mut raw = server.user("neo").await;
    raw.send(upload("a.mp4", BYTES.len(), 0)).await;
    assert_eq!(raw.receive().await["code"], "forbidden");
    raw.send_bytes(&BYTES[1..]).await;
    raw.expect_end().await;
}
