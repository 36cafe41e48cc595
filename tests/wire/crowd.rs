//! Many clients who want the same at the same moment.

use serde_json::json;
use tokio::task::JoinSet;
use youku_core::Kind;
use youku_server::{Limits, Options};

use crate::raw::{login, register};
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

/// Sends the same request over `count` connections at once; returns the codes of the replies.
async fn at_once(server: &Server, count: usize, request: serde_json::Value) -> Vec<String> {
    let mut open = Vec::new();
    for _ in 0..count {
        let mut raw = server.connect().await;
        // It is accepted: what is tried here is not how long a queue the kernel has.
        raw.expect_alive().await;
        open.push(raw);
    }
    let mut asked = JoinSet::new();
    for mut raw in open {
        let request = request.clone();
        asked.spawn(async move {
            let reply = raw.ask(request).await;
            reply["code"].as_str().unwrap().to_owned()
        });
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

#[tokio::test]
async fn downloads_go_on_while_five_hundred_log_in() {
    let server = Server::with(unlimited()).await;
    let name = "m".repeat(300);
    let id = server.add_movies(Kind::Free, &[&name]).await[0];
    let mut reader = server.user("trinity").await;
    assert_eq!(
        reader.ask(json!({"type": "charge_vip"})).await["flag"],
        true
    );
    server.user("neo").await;
    let attempts = at_once(&server, 500, login("neo", PASSWORD, "user"));
    let downloads = async {
        for _ in 0..20 {
            let request = json!({"type": "download_movie", "movie_id": id});
            assert_eq!(reader.ask(request).await["flag"], true);
            assert_eq!(reader.receive_bytes(300).await, name.as_bytes());
        }
    };
    let (codes, ()) = tokio::join!(attempts, downloads);
    // Those who came last in a row of many conflicts may be told to try again; nobody is left out.
    assert_eq!(codes.len(), 500);
    assert!(
        codes
            .iter()
            .all(|code| code == "ok" || code == "unavailable")
    );
    assert!(codes.iter().any(|code| code == "ok"));
    server.user("morpheus").await.expect_alive().await;
}
