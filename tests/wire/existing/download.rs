//! Downloads: the reply comes at once, the bytes after the wait.

use std::time::Duration;

use serde_json::{Value, json};
use youku_core::{Kind, first};
use youku_server::{Limits, Stream};

use crate::raw::Raw;
use crate::support::{Server, soon};

fn download(id: u64) -> Value {
    json!({"type": "download_movie", "movie_id": id})
}

async fn history(raw: &mut Raw) -> Value {
    raw.ask(json!({"type": "check_record"})).await["record_list"].clone()
}

#[tokio::test]
async fn a_member_gets_the_bytes_at_once() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    raw.ask(json!({"type": "charge_vip"})).await;
    let reply = raw.ask(download(id)).await;
    assert_eq!(reply["flag"], true);
    assert_eq!(reply["code"], "ok");
    assert_eq!(reply["movie_name"], "a.mp4");
    assert_eq!(reply["movie_size"], 5);
    assert_eq!(reply["wait_time"], 0);
    assert_eq!(reply["price"], 0);
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
    assert_eq!(history(&mut raw).await[0][0], "a.mp4");
}

#[tokio::test]
async fn users_without_membership_get_the_reply_at_once_and_the_bytes_after_the_wait() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    let reply = raw.ask(download(id)).await;
    assert_eq!(
        (&reply["flag"], &reply["wait_time"]),
        (&json!(true), &json!(30))
    );
    server.clock.sleepers(1).await;
    server.clock.advance(Duration::from_secs(29));
    // In this time the server could have sent something.
    server.connect().await.expect_alive().await;
    soon(server.clock.sleepers(1)).await;
    let early = raw.stream.socket().unwrap().try_read(&mut [0]).unwrap_err();
    assert_eq!(early.kind(), std::io::ErrorKind::WouldBlock);
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
    assert_eq!(history(&mut raw).await[0][0], "a.mp4");
}

#[tokio::test]
async fn a_connection_that_breaks_during_the_wait_has_downloaded_nothing() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    raw.ask(download(id)).await;
    server.clock.sleepers(1).await;
    let cookies = raw.cookies.clone();
    raw.reset();
    server.connect().await.expect_session_to_end(&cookies).await;
    server.clock.advance(Duration::from_secs(60));
    let mut raw = server.log_in("neo", "user").await;
    assert_eq!(history(&mut raw).await, json!([]));
}

#[tokio::test]
async fn a_half_closed_client_gets_the_full_reply_and_has_downloaded() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    raw.send(download(id)).await;
    raw.end().await;
    assert_eq!(raw.receive().await["flag"], true);
    server.clock.sleepers(1).await;
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
    raw.expect_end().await;
    let mut raw = server.log_in("neo", "user").await;
    assert_eq!(history(&mut raw).await[0][0], "a.mp4");
}

#[tokio::test]
async fn a_request_sent_during_the_wait_is_answered_after_the_bytes() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    raw.ask(download(id)).await;
    raw.send(json!({"type": "check_notice"})).await;
    server.clock.sleepers(1).await;
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
    assert_eq!(raw.receive().await["code"], "ok");
}

#[tokio::test]
async fn a_paid_movie_states_its_price_once() {
    let server = Server::start().await;
    let ids = server.add_movies(Kind::Charged, &["a.mp4", "b.mp4"]).await;
    let mut raw = server.user("neo").await;
    for price in [1000, 0] {
        let reply = raw.ask(download(ids[0])).await;
        assert_eq!(reply["price"], price);
        server.clock.sleepers(1).await;
        server.clock.advance(Duration::from_secs(30));
        raw.receive_bytes(5).await;
    }
    raw.ask(json!({"type": "charge_vip"})).await;
    let reply = raw.ask(download(ids[1])).await;
    assert_eq!(
        (&reply["price"], &reply["wait_time"]),
        (&json!(500), &json!(0))
    );
}

#[tokio::test]
async fn a_missing_movie_is_refused_and_the_connection_stays_open() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    let reply = raw.expect_refusal(download(99), "not_found").await;
    assert_eq!(reply["msg"], "未找到");
    raw.expect_alive().await;
}

#[tokio::test]
async fn a_running_download_outlives_the_deletion() {
    let server = Server::start().await;
    let mut admin = server.administrator().await;
    let bytes = vec![9; 8_000_000];
    let id = admin.upload("a.mp4", &bytes, 0).await["movie_id"].clone();
    let mut raw = server.user("neo").await;
    raw.ask(json!({"type": "charge_vip"})).await;
    raw.ask(json!({"type": "download_movie", "movie_id": id}))
        .await;
    let first = raw.receive_bytes(1).await;
    admin
        .ask(json!({"type": "delete_movie", "movie_id": id}))
        .await;
    assert_eq!(server.listed().await, [""; 0]);
    let rest = raw.receive_bytes(bytes.len() - 1).await;
    assert!([first, rest].concat() == bytes, "the bytes differ");
}

/// The kernel sends a movie in a file, and a stream in memory sends it in pieces; both look up their user in between.
#[tokio::test]
async fn a_download_ends_when_its_user_is_locked() {
    const SIZE: usize = 64 << 20;
    let folder = tempfile::tempdir().unwrap();
    for server in [
        Server::on_disk(folder.path(), Limits::default()).await,
        Server::start().await,
    ] {
        let mut admin = server.administrator().await;
        let bytes = vec![7; SIZE];
        assert_eq!(admin.upload("a.mp4", &bytes, 0).await["flag"], true);
        let mut raw = server.user("neo").await;
        raw.ask(json!({"type": "charge_vip"})).await;
        assert_eq!(raw.ask(download(1)).await["movie_size"], SIZE);
        raw.receive_bytes(1 << 20).await;
        let system = server.youku.system().await.unwrap();
        let users = system.users(first(9)).await.unwrap();
        let neo = users.iter().find(|user| user.username == "neo").unwrap();
        system.lock_user(neo.id).await.unwrap();
        server.clock.advance(Duration::from_secs(10));
        assert!(raw.rest().await.len() < SIZE - (1 << 20));
    }
}
