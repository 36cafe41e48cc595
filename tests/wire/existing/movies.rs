//! Listing, checking and deleting movies.

use serde_json::{Value, json};
use youku_core::Kind;

use crate::support::Server;

fn list(movie_type: &str) -> Value {
    json!({"type": "get_movie_list", "movie_type": movie_type})
}

#[tokio::test]
async fn movies_are_listed_by_kind() {
    let server = Server::start().await;
    let free = server.add_movies(Kind::Free, &["free.mp4"]).await[0];
    let charged = server.add_movies(Kind::Charged, &["charged.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    let (free, charged) = (
        json!(["free.mp4", free, "免费"]),
        json!(["charged.mp4", charged, "收费"]),
    );
    let expected = json!({"flag": true, "code": "ok", "movie_list": [free, charged]});
    assert_eq!(raw.ask(list("all")).await, expected);
    assert_eq!(raw.ask(list("free")).await["movie_list"], json!([free]));
    assert_eq!(raw.ask(list("pay")).await["movie_list"], json!([charged]));
}

#[tokio::test]
async fn an_empty_list_is_not_a_success() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    let expected = json!({"flag": false, "code": "ok", "msg": "还没有电影", "movie_list": []});
    for movie_type in ["all", "free", "pay"] {
        assert_eq!(raw.ask(list(movie_type)).await, expected);
    }
}

#[tokio::test]
async fn a_long_list_is_complete() {
    let server = Server::start().await;
    let names: Vec<String> = (0..520)
        .map(|number| format!("movie number {number}.mp4"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    server.add_movies(Kind::Free, &names).await;
    let mut raw = server.user("neo").await;
    raw.send(list("all")).await;
    let (reply, size) = raw.receive_large().await;
    let rows = reply["movie_list"].as_array().unwrap();
    let listed: Vec<&str> = rows.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(listed, names);
    assert!(size > 16 * 1024, "the list has to be long to show anything");
}

#[tokio::test]
async fn a_digest_that_is_not_there_may_be_uploaded() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let check = |digest| json!({"type": "check_movie", "movie_md5": digest});
    let reply = raw.ask(check("sampled digest of a.mp4")).await;
    assert_eq!(
        reply,
        json!({"flag": true, "code": "ok", "msg": "可以上传"})
    );
    raw.upload("a.mp4", b"bytes", 0).await;
    let reply = raw
        .expect_refusal(check("sampled digest of a.mp4"), "exists")
        .await;
    assert_eq!(reply["msg"], "电影已存在");
    assert_eq!(raw.ask(check("another digest")).await["flag"], true);
}

#[tokio::test]
async fn a_deleted_movie_is_off_the_list() {
    let server = Server::start().await;
    let ids = server.add_movies(Kind::Free, &["a.mp4", "b.mp4"]).await;
    let mut raw = server.administrator().await;
    let delete = json!({"type": "delete_movie", "movie_id": ids[0]});
    let reply = raw.ask(delete.clone()).await;
    assert_eq!(
        reply,
        json!({"flag": true, "code": "ok", "msg": "电影【a.mp4】删除成功!"})
    );
    assert_eq!(server.listed().await, ["b.mp4"]);
    raw.expect_refusal(delete, "not_found").await;
    let reply = raw
        .ask(json!({"type": "delete_movie", "movie_id": ids[1].to_string()}))
        .await;
    assert_eq!(reply["flag"], true, "ids are taken as strings");
    assert_eq!(server.listed().await, [""; 0]);
}

#[tokio::test]
async fn ids_of_no_movie_are_not_found() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    for id in [0, 1, i64::MAX] {
        raw.expect_refusal(json!({"type": "delete_movie", "movie_id": id}), "not_found")
            .await;
        raw.expect_refusal(
            json!({"type": "download_movie", "movie_id": id}),
            "not_found",
        )
        .await;
    }
}

#[tokio::test]
async fn a_user_does_nothing_that_an_administrator_does() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut raw = server.user("neo").await;
    for request in [
        json!({"type": "check_movie", "movie_md5": "x"}),
        json!({"type": "delete_movie", "movie_id": id}),
        json!({"type": "send_notice", "title": "t", "content": "c"}),
    ] {
        let reply = raw.expect_refusal(request, "forbidden").await;
        assert_eq!(reply["msg"], "没有权限");
    }
    assert_eq!(server.listed().await, ["a.mp4"]);
}
