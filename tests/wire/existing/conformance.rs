//! The table of the two existing dialects, row by row: each request as each dialect spells it, and
//! what the dialect's clients read from the reply.

mod spelling;

use serde_json::{Value, json};

use crate::raw::Raw;
use crate::support::Server;
use spelling::{DESIGN, IMPLEMENTATION, MOVIE, Spelling};

/// Sends a text unchanged, and asserts the fields of the reply that `expected` names.
async fn check(raw: &mut Raw, request: &Value, expected: Value) -> Value {
    raw.send_text(request.to_string().as_bytes()).await;
    answer(raw, request, expected).await
}

async fn answer(raw: &mut Raw, request: &Value, expected: Value) -> Value {
    let reply = raw.receive().await;
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(
            &reply[key], value,
            "`{key}` of the reply to {request}: {reply}"
        );
    }
    reply
}

fn done(msg: &str) -> Value {
    json!({"flag": true, "code": "ok", "msg": msg})
}

fn refused(code: &str, msg: &str) -> Value {
    json!({"flag": false, "code": code, "msg": msg})
}

/// The rows for everyone: register, log in, read notices, an unknown type.
async fn strangers(spelling: &Spelling) {
    let server = Server::start().await;
    let raw = &mut server.connect().await;
    let register = spelling.account("register", "neo", "user");
    check(raw, &register, done("注册成功")).await;
    check(raw, &register, refused("exists", "用户已存在")).await;
    let admin = spelling.account("register", "smith", "admin");
    check(
        raw,
        &admin,
        refused("forbidden", "注册需要邀请码，请联系管理员"),
    )
    .await;
    let login = spelling.account("login", "neo", "user");
    let mut expected = done("登录成功");
    expected["is_vip"] = json!(false);
    let reply = check(raw, &login, expected).await;
    assert!(reply["session"].is_string());
    let wrong = refused("unauthenticated", "用户名或密码错误");
    for login in [
        spelling.account("login", "neo", "admin"),
        spelling.account("login", "x", "user"),
    ] {
        check(raw, &login, wrong.clone()).await;
    }
    let notices = spelling.request("check_notice", &Value::Null, json!({}));
    let mut none = json!({"flag": false, "code": "ok", "msg": "还没有公告"});
    none["notice_list"] = json!([]);
    check(raw, &notices, none).await;
    let fly = spelling.request("fly", &Value::Null, json!({}));
    check(raw, &fly, refused("unknown_type", "不支持该操作")).await;
}

/// Every row that names a session: without one, with an unknown one, with one bit flipped, and with one that was
/// replaced.
async fn sessions(spelling: &Spelling) {
    let server = Server::start().await;
    let user = server.user("neo").await;
    let replaced = user.cookies.clone();
    let live = server.log_in("neo", "user").await;
    let token = live.cookies.as_str().unwrap();
    let last = if token.ends_with('0') { '1' } else { '0' };
    let flipped = json!(format!("{}{last}", &token[..token.len() - 1]));
    let raw = &mut server.connect().await;
    for session in [
        Value::Null,
        json!(""),
        json!("nobody"),
        flipped,
        json!("x".repeat(1000)),
    ] {
        for request in spelling.rows(&session) {
            check(
                raw,
                &request,
                refused("unauthenticated", spelling.log_in_first),
            )
            .await;
        }
        let upload = spelling.upload(&session, "a.mp4", 0);
        raw.send_text(upload.to_string().as_bytes()).await;
        raw.send_bytes(MOVIE).await;
        answer(
            raw,
            &upload,
            refused("unauthenticated", spelling.log_in_first),
        )
        .await;
    }
    for request in spelling.rows(&replaced) {
        check(
            raw,
            &request,
            refused("session_replaced", spelling.log_in_again),
        )
        .await;
    }
}

/// The rows of an administrator, first for a user who is not an administrator.
async fn administrators(spelling: &Spelling) {
    let server = Server::start().await;
    let raw = &mut server.user("neo").await;
    let session = raw.cookies.clone();
    let rows = spelling.rows(&session);
    for request in [&rows[0], &rows[2], &rows[3]] {
        check(raw, request, refused("forbidden", "没有权限")).await;
    }
    let upload = spelling.upload(&session, "a.mp4", 0);
    raw.send_text(upload.to_string().as_bytes()).await;
    raw.send_bytes(MOVIE).await;
    answer(raw, &upload, refused("forbidden", "没有权限")).await;

    let raw = &mut server.administrator().await;
    let session = raw.cookies.clone();
    let rows = spelling.rows(&session);
    check(raw, &rows[0], done("可以上传")).await;
    let upload = spelling.upload(&session, "a.mp4", 1);
    raw.send_text(upload.to_string().as_bytes()).await;
    raw.send_bytes(MOVIE).await;
    let id = answer(raw, &upload, done("上传成功")).await["movie_id"].clone();
    check(raw, &rows[0], refused("exists", "电影已存在")).await;
    raw.send_text(upload.to_string().as_bytes()).await;
    raw.send_bytes(MOVIE).await;
    answer(raw, &upload, refused("exists", "电影已存在")).await;
    check(raw, &rows[3], done("公告发布成功")).await;
    let mut long = rows[3].clone();
    long["title"] = json!("题".repeat(16));
    let mut expected = refused("bad_request", "公告标题长度须为1到15个字符");
    expected["field"] = json!("title");
    check(raw, &long, expected).await;
    let delete = spelling.request("delete_movie", &session, json!({spelling.movie_id: id}));
    check(raw, &delete, done("删除成功")).await;
    check(raw, &delete, refused("not_found", "未找到")).await;
}

/// The rows of a user, with the columns of the dialect.
async fn users(spelling: &Spelling, is_design: bool) {
    let server = Server::start().await;
    let id = server
        .add_movies(youku_core::Kind::Charged, &["a.mp4"])
        .await[0];
    let raw = &mut server.user("neo").await;
    let session = raw.cookies.clone();
    let list = |movie_type: &str| {
        spelling.request(
            "get_movie_list",
            &session,
            json!({"movie_type": movie_type}),
        )
    };
    let row = if is_design {
        json!(["a.mp4", 1, id])
    } else {
        json!(["a.mp4", id, "收费"])
    };
    for movie_type in ["all", spelling.charged] {
        check(
            raw,
            &list(movie_type),
            json!({"flag": true, "movie_list": [row]}),
        )
        .await;
    }
    let none = json!({"flag": false, "code": "ok", "msg": "还没有电影", "movie_list": []});
    check(raw, &list("free"), none).await;
    let record = spelling.request(spelling.record, &session, json!({}));
    let none = json!({"flag": false, "code": "ok", "msg": "下载记录为空", "record_list": []});
    check(raw, &record, none).await;

    let download = spelling.request("download_movie", &session, json!({"movie_id": id}));
    let expected = json!({
        "flag": true, "code": "ok", "movie_name": "a.mp4", "movie_size": 5, "wait_time": 30,
        "price": 1000,
    });
    check(raw, &download, expected).await;
    server.clock.sleepers(1).await;
    server.clock.advance(std::time::Duration::from_secs(30));
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
    let vip = spelling.request("charge_vip", &session, json!({}));
    check(raw, &vip, done("会员充值成功")).await;
    let expected = json!({"flag": true, "wait_time": 0, "price": 0});
    check(raw, &download, expected).await;
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
    let reply = check(raw, &record, json!({"flag": true})).await;
    let rows = reply["record_list"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    if is_design {
        assert_eq!(rows[0], "a.mp4")
    } else {
        assert!(rows[0][0] == "a.mp4" && rows[0][1].is_string(), "{reply}")
    }
    let missing = spelling.request("download_movie", &session, json!({"movie_id": 99}));
    check(raw, &missing, refused("not_found", "未找到")).await;
}

#[tokio::test]
async fn the_design_half_for_every_user() {
    strangers(&DESIGN).await;
}

#[tokio::test]
async fn the_implementation_half_for_every_user() {
    strangers(&IMPLEMENTATION).await;
}

#[tokio::test]
async fn the_design_half_without_a_session() {
    sessions(&DESIGN).await;
}

#[tokio::test]
async fn the_implementation_half_without_a_session() {
    sessions(&IMPLEMENTATION).await;
}

#[tokio::test]
async fn the_design_half_for_administrators() {
    administrators(&DESIGN).await;
}

#[tokio::test]
async fn the_implementation_half_for_administrators() {
    administrators(&IMPLEMENTATION).await;
}

#[tokio::test]
async fn the_design_half_for_users() {
    users(&DESIGN, true).await;
}

#[tokio::test]
async fn the_implementation_half_for_users() {
    users(&IMPLEMENTATION, false).await;
}
