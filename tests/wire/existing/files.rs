//! Downloads from a folder, whose files the server may pass to the kernel to send.
#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use youku_server::Limits;

use crate::raw::Raw;
use crate::support::Server;

/// More than the buffers of both ends of a connection hold.
const LARGE: usize = 32 << 20;

/// Bytes in which every stretch is different.
fn bytes(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// A member, who does not wait, and the id of a movie of these bytes.
async fn member(server: &Server, bytes: &[u8]) -> (Raw, Value) {
    let mut admin = server.administrator().await;
    let uploaded = admin.upload("a.mp4", bytes, 0).await;
    assert_eq!(uploaded["flag"], true, "{uploaded}");
    let mut raw = server.user("neo").await;
    raw.ask(json!({"type": "charge_vip"})).await;
    (raw, uploaded["movie_id"].clone())
}

/// Asks for a movie and returns how many bytes the reply announces.
async fn begin(raw: &mut Raw, movie: &Value) -> usize {
    let reply = raw
        .ask(json!({"type": "download_movie", "movie_id": movie}))
        .await;
    assert_eq!(reply["flag"], true, "{reply}");
    usize::try_from(reply["movie_size"].as_u64().unwrap()).unwrap()
}

/// The only published file.
fn published(folder: &Path) -> File {
    let mut files = fs::read_dir(folder.join("objects")).unwrap();
    let path = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    OpenOptions::new().write(true).open(path).unwrap()
}

#[tokio::test]
async fn a_movie_comes_back_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::on_disk(folder.path(), Limits::default()).await;
    // Not a multiple of any piece size.
    let sent = bytes(3_333_333);
    let (mut raw, movie) = member(&server, &sent).await;
    for _ in 0..2 {
        let size = begin(&mut raw, &movie).await;
        assert!(raw.receive_bytes(size).await == sent, "the bytes differ");
        raw.expect_alive().await;
    }
}

#[tokio::test]
async fn several_read_one_movie_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::on_disk(folder.path(), Limits::default()).await;
    let sent = bytes(LARGE);
    let (mut first, movie) = member(&server, &sent).await;
    first.log_in_by_design("neo", "user").await;
    let mut second = server.connect().await;
    second.cookies = first.cookies.clone();
    begin(&mut first, &movie).await;
    begin(&mut second, &movie).await;
    // The first download is stuck in the middle while the second is served.
    assert!(
        second.receive_bytes(LARGE).await == sent,
        "the bytes differ"
    );
    assert!(first.receive_bytes(LARGE).await == sent, "the bytes differ");
}

#[tokio::test]
async fn a_file_truncated_during_the_download_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::on_disk(folder.path(), Limits::default()).await;
    let (mut raw, movie) = member(&server, &bytes(LARGE)).await;
    begin(&mut raw, &movie).await;
    raw.receive_bytes(1).await;
    published(folder.path()).set_len(1 << 20).unwrap();
    let received = raw.rest().await.len();
    assert!(
        received < LARGE - 1,
        "all bytes of a file that has not as many"
    );
    server.connect().await.expect_alive().await;
}

#[tokio::test]
async fn a_client_that_stops_reading_is_disconnected() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        body_idle: Duration::from_secs(1),
        ..Limits::default()
    };
    let server = Server::on_disk(folder.path(), limits).await;
    let (mut raw, movie) = member(&server, &bytes(LARGE)).await;
    raw.log_in_by_design("neo", "user").await;
    let mut other = server.connect().await;
    other.cookies = raw.cookies.clone();
    begin(&mut raw, &movie).await;
    let record = json!({"type": "check_record"});
    // Its session ends with its connection.
    while other.ask(record.clone()).await["code"] != "unauthenticated" {
        tokio::task::yield_now().await;
    }
    assert!(
        raw.rest().await.len() < LARGE,
        "the client read none of the bytes"
    );
}

/// A client may shut down its sending side and still read.
#[tokio::test]
async fn a_half_closed_client_gets_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::on_disk(folder.path(), Limits::default()).await;
    let sent = bytes(LARGE);
    let (mut raw, movie) = member(&server, &sent).await;
    begin(&mut raw, &movie).await;
    raw.end().await;
    assert!(raw.rest().await == sent, "the bytes differ");
}
