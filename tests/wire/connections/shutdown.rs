//! The shutdown of a server: idle connections close at once, running requests may finish.

use std::time::Duration;

use tokio::net::TcpStream;
use youku_core::{Kind, Youku};
use youku_server::Options;

use crate::raw::{Raw, upload};
use crate::support::{Server, soon};

/// The bytes in the buffers of both ends of a connection.
const MORE_THAN_THE_KERNEL_HOLDS: usize = 48 << 20;

fn token(raw: &Raw) -> String {
    raw.cookies.as_str().unwrap().to_owned()
}

async fn assert_session_ended(youku: &Youku, token: &str) {
    let refused = youku.session(token).await.err();
    assert_eq!(
        refused.map(|error| error.code()),
        Some(youku_core::Code::Unauthenticated)
    );
}

#[tokio::test]
async fn idle_connections_are_closed_and_new_ones_refused() {
    let mut server = Server::start().await;
    let mut idle = server.user("neo").await;
    server.stop();
    idle.expect_end().await;
    let address = server.address;
    server.ended().await;
    assert!(soon(TcpStream::connect(address)).await.is_err());
}

#[tokio::test]
async fn a_running_upload_is_completed() {
    let mut server = Server::start().await;
    let mut idle = server.connect().await;
    let mut raw = server.administrator().await;
    raw.send(upload("a.mp4", MORE_THAN_THE_KERNEL_HOLDS + 1, 0))
        .await;
    // Once these bytes are sent the server has read a part of them, so the request is running.
    raw.send_bytes(&vec![1; MORE_THAN_THE_KERNEL_HOLDS]).await;
    server.stop();
    idle.expect_end().await;
    raw.send_bytes(b"2").await;
    assert_eq!(raw.receive().await["flag"], true);
    raw.expect_end().await;
    server.ended().await;
}

#[tokio::test]
async fn a_client_that_sends_in_advance_is_not_served_on() {
    let mut server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut idle = server.connect().await;
    let mut raw = server.user("neo").await;
    raw.ask(serde_json::json!({"type": "download_movie", "movie_id": id}))
        .await;
    server.clock.sleepers(1).await;
    raw.send(serde_json::json!({"type": "check_notice"})).await;
    server.stop();
    // Once this connection is closed, no connection may begin another request.
    idle.expect_end().await;
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
    raw.expect_end().await;
    server.ended().await;
}

#[tokio::test]
async fn an_upload_that_outlasts_the_grace_time_gets_a_reply() {
    let options = Options {
        grace: Duration::from_millis(20),
        ..Options::default()
    };
    let mut server = Server::with(options).await;
    let mut raw = server.administrator().await;
    raw.send(upload("a.mp4", MORE_THAN_THE_KERNEL_HOLDS + 1, 0))
        .await;
    raw.send_bytes(&vec![1; MORE_THAN_THE_KERNEL_HOLDS]).await;
    let (youku, token) = (server.youku.clone(), token(&raw));
    server.stop();
    assert_eq!(raw.receive().await["code"], "shutting_down");
    raw.expect_end().await;
    server.ended().await;
    assert_session_ended(&youku, &token).await;
}

#[tokio::test]
async fn a_client_that_does_not_disconnect_has_no_session_left() {
    let options = Options {
        grace: Duration::from_millis(20),
        ..Options::default()
    };
    let mut server = Server::with(options).await;
    let mut raw = server.administrator().await;
    let (youku, token) = (server.youku.clone(), token(&raw));
    raw.send(upload("a.mp4", 10, 0)).await;
    // In this time the server has read the request.
    server.connect().await.expect_alive().await;
    server.stop();
    assert_eq!(raw.receive().await["code"], "shutting_down");
    raw.expect_end().await;
    server.ended().await;
    assert_session_ended(&youku, &token).await;
}

#[tokio::test]
async fn an_incomplete_request_does_not_outlast_the_grace_time() {
    let options = Options {
        grace: Duration::from_millis(20),
        ..Options::default()
    };
    let mut server = Server::with(options).await;
    let mut raw = server.user("neo").await;
    let (youku, token) = (server.youku.clone(), token(&raw));
    raw.send_bytes(b"\x10\0\0\0{").await;
    // In this time the server has read what there is of the request.
    server.connect().await.expect_alive().await;
    server.stop();
    raw.expect_end().await;
    server.ended().await;
    assert_session_ended(&youku, &token).await;
}

#[tokio::test]
async fn a_connection_that_outlasts_the_grace_time_is_closed() {
    let options = Options {
        grace: Duration::from_millis(20),
        ..Options::default()
    };
    let mut server = Server::with(options).await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    raw.ask(serde_json::json!({"type": "download_movie", "movie_id": id}))
        .await;
    server.clock.sleepers(1).await;
    server.stop();
    raw.expect_end().await;
    server.ended().await;
}
