//! The record of downloads.

use std::time::Duration;

use serde_json::json;
use youku_core::Kind;

use crate::support::Server;

#[tokio::test]
async fn downloads_are_on_the_record_the_latest_first() {
    let server = Server::start().await;
    let ids = server.add_movies(Kind::Free, &["a.mp4", "b.mp4"]).await;
    let mut raw = server.user("neo").await;
    raw.ask(json!({"type": "charge_vip"})).await;
    for id in ids {
        raw.ask(json!({"type": "download_movie", "movie_id": id}))
            .await;
        raw.receive_bytes(5).await;
        server.clock.advance(Duration::from_secs(1));
    }
    let reply = raw.ask(json!({"type": "check_record"})).await;
    assert_eq!(
        (&reply["flag"], &reply["code"]),
        (&json!(true), &json!("ok"))
    );
    let rows = reply["record_list"].as_array().unwrap();
    assert_eq!(
        (&rows[0][0], &rows[1][0]),
        (&json!("b.mp4"), &json!("a.mp4"))
    );
    assert!(
        rows.iter()
            .all(|row| row[1].as_str().unwrap().len() == "2019-12-22 20:46:57".len())
    );
}

#[tokio::test]
async fn an_empty_record_is_not_a_success() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    let expected = json!({"flag": false, "code": "ok", "msg": "下载记录为空", "record_list": []});
    assert_eq!(raw.ask(json!({"type": "check_record"})).await, expected);
}

#[tokio::test]
async fn a_user_cannot_read_the_record_of_another() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut neo = server.user("neo").await;
    neo.ask(json!({"type": "charge_vip"})).await;
    neo.ask(json!({"type": "download_movie", "movie_id": id}))
        .await;
    neo.receive_bytes(5).await;
    let mut trinity = server.user("trinity").await;
    let request = |user_id| json!({"type": "check_record", "user_id": user_id});
    // The owner of the movie, then Neo, who has a history, then Trinity.
    for user_id in 1..=3 {
        let reply = trinity.ask(request(user_id)).await;
        assert_eq!(reply["record_list"], json!([]), "user {user_id}");
        let reply = neo.ask(request(user_id)).await;
        assert_eq!(reply["record_list"][0][0], "a.mp4", "user {user_id}");
    }
}
