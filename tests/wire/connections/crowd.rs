//! Many clients that want the same thing at the same moment.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use youku_orm::Database;
use youku_server::{Limits, Options};

use crate::raw::{Raw, login, register};
use crate::support::{PASSWORD, Server};

fn unlimited() -> Options {
    Options {
        limits: Limits {
            max_connections_per_address: 1000,
            logins_per_minute: 0,
            registrations_per_minute: 0,
            ..Limits::default()
        },
        ..Options::default()
    }
}

/// That many connections, all of them accepted: this does not test the length of the kernel's
/// queue.
async fn connections(server: &Server, count: usize) -> Vec<Raw> {
    let mut open = Vec::new();
    for _ in 0..count {
        let mut raw = server.connect().await;
        raw.expect_alive().await;
        open.push(raw);
    }
    open
}

fn code(reply: &Value) -> String {
    reply["code"].as_str().unwrap().to_owned()
}

/// Sends the same request over `count` connections at once; returns the codes of the replies.
async fn at_once(server: &Server, count: usize, request: Value) -> Vec<String> {
    let mut asked = JoinSet::new();
    for mut raw in connections(server, count).await {
        let request = request.clone();
        asked.spawn(async move { code(&raw.ask(request).await) });
    }
    asked.join_all().await
}

#[tokio::test]
async fn one_name_is_registered_once() {
    let server = Server::with(unlimited()).await;
    let mut codes = at_once(&server, 30, register("neo", "user")).await;
    codes.sort();
    assert_eq!(codes.iter().filter(|code| *code == "ok").count(), 1);
    assert_eq!(codes.iter().filter(|code| *code == "exists").count(), 29);
}

/// The log-ins are delayed until all bytes have arrived: a download that waited for a log-in would never end.
#[tokio::test]
async fn a_download_continues_while_five_hundred_log_in() {
    const LOG_INS: usize = 500;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("youku.db");
    let options = "synchronous=normal&acquire_timeout=300";
    let url = format!("sqlite:{}?{options}", file.display());
    let db = Database::connect(&url).await.unwrap();
    let server = Server::over(db.clone(), unlimited()).await;
    let bytes = vec![7; 24_000_000];
    let mut admin = server.administrator().await;
    let movie = admin.upload("a.mp4", &bytes, 0).await["movie_id"].clone();
    let mut reader = server.user("trinity").await;
    let bought = reader.ask(json!({"type": "charge_vip"})).await;
    assert_eq!(bought["flag"], true);
    server.user("neo").await;
    let mut crowd = connections(&server, LOG_INS).await;
    let request = json!({"type": "download_movie", "movie_id": movie});
    assert_eq!(reader.ask(request).await["flag"], true);
    // The download is recorded before its first byte is sent.
    let mut received = reader.receive_bytes(1).await;
    // A log-in ends with a write, and no other write can happen until this transaction has ended.
    let writing = db.begin().await.unwrap();
    for raw in &mut crowd {
        raw.send(login("neo", PASSWORD, "user")).await;
    }
    let mut replies = JoinSet::new();
    for mut raw in crowd {
        replies.spawn(async move { code(&raw.receive().await) });
    }
    received.extend(reader.receive_bytes(bytes.len() - 1).await);
    assert!(received == bytes, "the bytes differ");
    assert!(replies.try_join_next().is_none(), "a log-in has ended");
    writing.rollback().await.unwrap();
    let codes = replies.join_all().await;
    assert_eq!(codes.len(), LOG_INS);
    // The last ones after many conflicts may be told to try again; every client gets an answer.
    let is_answer = |code: &String| code == "ok" || code == "unavailable";
    assert!(codes.iter().all(is_answer), "{codes:?}");
    assert!(codes.iter().any(|code| code == "ok"));
    server.user("morpheus").await.expect_alive().await;
}
