//! Codes for failures that the request did not cause.

use std::fs;

use serde_json::json;
use youku_server::{Limits, Options};

use crate::raw::{Raw, login, register};
use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn a_missing_database_is_unavailable() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    server.youku.clone().close().await.unwrap();
    let list = json!({"type": "get_movie_list", "movie_type": "all"});
    for request in [list, json!({"type": "check_notice"}), register("a", "user")] {
        let reply = raw.expect_refusal(request, "unavailable").await;
        assert_eq!(reply["msg"], "服务暂时不可用，请稍后再试");
    }
}

#[tokio::test]
async fn a_movie_without_its_bytes_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::on_disk(folder.path(), Limits::default()).await;
    let mut raw = server.administrator().await;
    let movie = raw.upload("a.mp4", b"bytes", 0).await["movie_id"].clone();
    fs::remove_dir_all(folder.path().join("objects")).unwrap();
    let download = json!({"type": "download_movie", "movie_id": movie, "lang": "en"});
    let reply = raw.expect_refusal(download, "unavailable").await;
    let told = reply["msg"].as_str().unwrap();
    let path = folder.path().to_str().unwrap();
    assert!(!told.contains(path) && !told.contains("objects"), "{told}");
    raw.expect_alive().await;
}

#[tokio::test]
async fn too_many_attempts_from_one_address_have_to_wait() {
    let limits = Limits {
        logins_per_minute: 2,
        registrations_per_minute: 1,
        ..Limits::default()
    };
    let server = Server::with(Options {
        limits,
        ..Options::default()
    })
    .await;
    let mut raw = server.connect().await;
    assert_eq!(raw.ask(register("neo", "user")).await["flag"], true);
    let attempt = login("neo", PASSWORD, "user");
    for _ in 0..2 {
        assert_eq!(raw.ask(attempt.clone()).await["flag"], true);
    }
    // Another connection from the same address does not avoid the limit.
    let mut other = Raw::connect(server.address).await;
    for (request, most) in [(register("trinity", "user"), 60), (attempt, 30)] {
        let reply = other.expect_refusal(request, "rate_limited").await;
        let wait = reply["retry_after"].as_u64().unwrap();
        assert!((1..=most).contains(&wait), "{reply}");
    }
    other.expect_alive().await;
}
