//! The start of protocol 2.

use serde_json::{Value, json};
use youku_core::Policy;
use youku_server::{Limits, Listener, Options};

use super::Two;
use crate::raw::{login, upload};
use crate::support::{PASSWORD, Server, policy};

#[tokio::test]
async fn hello_lists_the_limits_of_the_server() {
    let server = Server::with_limits(Limits {
        max_frame: 9999,
        ..Limits::default()
    })
    .await;
    let mut raw = server.connect().await;
    let reply = raw
        .ask(json!({"type": "hello", "proto": 2, "caps": ["x", "y"]}))
        .await;
    let expected = json!({
        "flag": true, "code": "ok", "proto": 2, "caps": [], "max_frame": 9999,
        "max_size": 8_589_934_592_u64,
    });
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn an_open_registration_is_a_capability() {
    let server = Server::with(Options {
        open_admin_registration: true,
        ..Options::default()
    })
    .await;
    let mut raw = server.connect().await;
    let reply = raw.ask(json!({"type": "hello", "proto": 2})).await;
    assert_eq!(reply["caps"], json!(["open_admin_registration"]));
    let mut two = Two::connect(&server).await;
    let request = json!({
        "type": "register", "username": "smith", "password": "agent of the system",
        "user_type": "admin",
    });
    two.done(request).await;
}

#[tokio::test]
async fn a_newer_client_learns_which_versions_the_server_supports() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let reply = raw.ask(json!({"type": "hello", "proto": 3})).await;
    assert_eq!(reply["proto"], 2);
}

/// The client may be newer than the server, which must understand as much of its `hello` as it can.
#[tokio::test]
async fn a_hello_may_say_more_than_the_server_knows() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    for _ in 0..2 {
        let request = json!({"type": "hello", "proto": 2, "compression": ["zstd"]});
        assert_eq!(raw.ask(request).await["flag"], true);
    }
}

#[tokio::test]
async fn an_invalid_hello_leaves_the_dialects_in_use() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let long: Vec<String> = (0..65).map(|number| number.to_string()).collect();
    for (field, value) in [
        ("proto", Value::Null),
        ("proto", json!(1)),
        ("proto", json!("2")),
        ("proto", json!(-2)),
        ("caps", json!("x")),
        ("caps", json!([1])),
        ("caps", json!([["x"]])),
        ("caps", json!(long)),
    ] {
        let mut request = json!({"type": "hello", "proto": 2});
        request[field] = value;
        let reply = raw.expect_refusal(request, "bad_request").await;
        assert_eq!(reply["field"], field);
    }
    let reply = raw.ask(json!({"type": "charge_vip"})).await;
    assert_eq!(reply["msg"], "请先登录!", "still the implementation half");
}

#[tokio::test]
async fn without_hello_an_operation_of_protocol_2_says_so() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let mut request = json!({"type": "whoami", "lang": "en"});
    let reply = raw.expect_refusal(request.clone(), "unknown_type").await;
    let msg = "this operation belongs to protocol 2: send `hello` first";
    assert_eq!(reply["msg"], msg);
    request["type"] = json!("fly");
    let reply = raw.expect_refusal(request, "unknown_type").await;
    assert_eq!(reply["msg"], "unknown operation");
}

#[tokio::test]
async fn after_hello_there_is_one_spelling_and_no_number_in_a_text() {
    let server = Server::start().await;
    let mut two = Two::administrator(&server).await;
    for (request, field) in [
        (
            json!({"type": "login", "name": "admin", "password": "x"}),
            "username",
        ),
        (json!({"type": "delete_movie", "movie_id": "1"}), "movie_id"),
        (
            json!({"type": "delete_movie", "delete_movie_id": 1}),
            "movie_id",
        ),
        (
            json!({"type": "get_movie_list", "movie_type": "pay"}),
            "movie_type",
        ),
    ] {
        let reply = two.refused(request, "bad_request").await;
        assert_eq!(reply["field"], field);
    }
    for operation in [
        "upload_movie",
        "check_movie",
        "release_notice",
        "check_download_record",
    ] {
        two.refused(json!({"type": operation}), "unknown_type")
            .await;
    }
    let cookies = json!({"type": "whoami", "cookies": two.session, "session": null});
    let reply = two.refused(cookies, "bad_request").await;
    assert_eq!(reply["field"], "cookies");
}

#[tokio::test]
async fn the_language_of_hello_lasts_and_a_request_may_choose_another() {
    let server = Server::start().await;
    let mut two = Two::connect(&server).await;
    let whoami = json!({"type": "whoami"});
    let mut in_chinese = whoami.clone();
    in_chinese["lang"] = json!("zh");
    assert_eq!(two.ask(whoami.clone()).await["msg"], "log in first");
    assert_eq!(two.ask(in_chinese).await["msg"], "请先登录");
    assert_eq!(two.ask(whoami.clone()).await["msg"], "log in first");
    two.done(json!({"type": "hello", "proto": 2, "lang": "zh"}))
        .await;
    assert_eq!(two.ask(whoami).await["msg"], "请先登录");
}

#[tokio::test]
async fn a_ping_needs_no_session() {
    let server = Server::start().await;
    let mut two = Two::connect(&server).await;
    let reply = two.done(json!({"type": "ping"})).await;
    assert_eq!(reply, json!({"flag": true, "code": "ok"}));
    let mut old = server.connect().await;
    old.expect_refusal(json!({"type": "ping"}), "unknown_type")
        .await;
}

#[tokio::test]
async fn a_listener_can_refuse_existing_clients() {
    let server = Server::listening(Options::default(), |socket| {
        Listener::new(socket).protocol2_only()
    })
    .await;
    let mut raw = server.connect().await;
    for request in [
        login("neo", PASSWORD, "user"),
        json!({"type": "check_notice"}),
        json!({"type": "fly"}),
    ] {
        let reply = raw.expect_refusal(request, "unknown_type").await;
        assert_eq!(reply["msg"], "该地址只支持协议2，请先发送`hello`");
    }
    raw.send(upload("a.mp4", 5, 0)).await;
    raw.send_bytes(b"bytes").await;
    assert_eq!(raw.receive().await["code"], "unknown_type");
    let mut two = Two::over(raw).await;
    two.done(json!({"type": "ping"})).await;
}

#[tokio::test]
async fn a_user_who_sends_too_many_requests_has_to_wait() {
    let server = Server::with_policy(Policy {
        requests_per_second: Some(1),
        request_burst: 2,
        ..policy()
    })
    .await;
    let list = json!({"type": "get_movie_list", "movie_type": "all"});
    let mut raw = server.user("neo").await;
    for _ in 0..2 {
        assert_eq!(raw.ask(list.clone()).await["code"], "ok");
    }
    let reply = raw.expect_refusal(list.clone(), "rate_limited").await;
    assert_eq!(reply["retry_after"], 1);
    let mut other = Two::user(&server, "trinity").await;
    other.done(list.clone()).await;
    server.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(raw.ask(list).await["code"], "ok");
}
