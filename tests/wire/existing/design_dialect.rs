//! The design dialect of the Python course project: other names for the same fields, other shapes of some replies.

use serde_json::json;
use youku_core::Kind;

use crate::raw::Raw;
use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn a_user_registers_and_logs_in_by_name() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let account = |operation| {
        json!({
            "type": operation, "name": "neo", "password": PASSWORD, "user_type": "user",
            "session": null,
        })
    };
    assert_eq!(raw.ask(account("register")).await["msg"], "注册成功");
    let reply = raw.ask(account("login")).await;
    assert_eq!(
        (&reply["flag"], &reply["is_vip"]),
        (&json!(true), &json!(false))
    );
    let request = json!({"type": "charge_vip", "session": reply["session"]});
    assert_eq!(raw.ask(request).await["flag"], true);
}

#[tokio::test]
async fn the_texts_without_a_session_are_those_of_the_design_half() {
    let server = Server::start().await;
    let mut first = server.user("neo").await;
    let _second = server.log_in("neo", "user").await;
    for session in [json!(null), first.cookies.clone()] {
        let reply = first
            .ask(json!({"type": "charge_vip", "session": session}))
            .await;
        assert_eq!(
            (&reply["flag"], &reply["msg"]),
            (&json!(false), &json!("请先登录"))
        );
    }
}

#[tokio::test]
async fn lists_have_the_columns_of_the_design_half() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Charged, &["a.mp4"]).await[0];
    let mut raw = server.administrator().await;
    let session = raw.cookies.clone();
    let list = json!({"type": "get_movie_list", "session": session, "movie_type": "charge"});
    assert_eq!(raw.ask(list).await["movie_list"], json!([["a.mp4", 1, id]]));
    raw.ask(json!({"type": "charge_vip", "session": session}))
        .await;
    raw.ask(json!({"type": "download_movie", "session": session, "movie_id": id}))
        .await;
    raw.receive_bytes(5).await;
    let record = json!({"type": "check_download_record", "session": session});
    assert_eq!(raw.ask(record).await["record_list"], json!(["a.mp4"]));
    let notice = json!({
        "type": "release_notice", "session": session, "title": "t", "content": "c",
    });
    assert_eq!(raw.ask(notice).await["msg"], "【t】公告发布成功!");
    let read = json!({"type": "check_notice", "session": session});
    assert_eq!(
        raw.ask(read).await["notice_list"],
        json!([{"title": "t", "content": "c"}])
    );
    let delete = json!({"type": "delete_movie", "session": session, "delete_movie_id": id});
    assert_eq!(raw.ask(delete).await["msg"], "电影【a.mp4】删除成功!");
}

#[tokio::test]
async fn a_movie_is_checked_and_uploaded_as_a_file() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let session = raw.cookies.clone();
    let check = json!({"type": "check_movie", "session": session, "file_md5": "d"});
    assert_eq!(raw.ask(check.clone()).await["msg"], "可以上传");
    let upload = json!({
        "type": "upload_movie", "session": session, "file_name": "a.mp4", "file_size": 5,
        "file_md5": "d", "is_free": 0,
    });
    raw.send(upload).await;
    raw.send_bytes(b"bytes").await;
    assert_eq!(raw.receive().await["msg"], "电影【a.mp4】上传成功!");
    assert_eq!(raw.ask(check).await["msg"], "电影已存在");
}

#[tokio::test]
async fn an_ambiguous_request_is_answered_in_the_previous_dialect() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    raw.send_text(br#"{"type": "charge_vip", "session": null}"#)
        .await;
    raw.receive().await;
    raw.send_text(br#"{"type": "charge_vip"}"#).await;
    assert_eq!(raw.receive().await["msg"], "请先登录");
}

/// The Python server of the implementation half finds a session by the address and the port of its client.
#[tokio::test]
async fn a_session_of_the_implementation_half_is_good_on_its_own_connection_only() {
    let server = Server::start().await;
    let mut first = server.user("neo").await;
    let mut thief = server.connect().await;
    for spelling in ["cookies", "session"] {
        let copied = json!({"type": "charge_vip", spelling: first.cookies});
        thief
            .expect_refusal(copied.clone(), "unauthenticated")
            .await;
        assert_eq!(first.ask(copied).await["flag"], true);
    }
    // Nor is it one of protocol 2, or of the library.
    thief.ask(json!({"type": "hello", "proto": 2})).await;
    let copied = json!({"type": "whoami", "session": first.cookies});
    thief.expect_refusal(copied, "unauthenticated").await;
    let token = first.cookies.as_str().unwrap();
    assert!(server.youku.session(token).await.is_err());
}

/// The Python server of the design half searches all sessions.
#[tokio::test]
async fn a_session_of_the_design_half_is_good_at_its_address_while_its_connection_is_open() {
    let server = Server::start().await;
    server.user("neo").await;
    let first = server.log_in_by_design("neo", "user").await;
    let mut second = server.connect().await;
    let mut request = json!({"type": "charge_vip", "session": first.cookies});
    assert_eq!(second.ask(request.clone()).await["flag"], true);
    request["session"] = json!(first.cookies.as_str().unwrap().to_uppercase());
    second
        .expect_refusal(request.clone(), "unauthenticated")
        .await;
    request["session"] = first.cookies.clone();
    let elsewhere = std::net::Ipv4Addr::new(127, 0, 0, 2);
    let mut thief = Raw::from(elsewhere, server.address).await;
    thief
        .expect_refusal(request.clone(), "unauthenticated")
        .await;
    drop(first);
    server.expect_fewer_sessions(1).await;
    second.expect_refusal(request, "unauthenticated").await;
}
