//! Registration, log-in and sessions.

use serde_json::{Value, json};
use youku_core::{Credentials, Registration, Role};
use youku_server::Options;

use crate::raw::{login, register};
use crate::support::{PASSWORD, Server};

/// A request that needs a session and nothing else.
fn list() -> Value {
    json!({"type": "get_movie_list", "movie_type": "all"})
}

#[tokio::test]
async fn a_user_registers_and_logs_in() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let reply = raw.ask(register("neo", "user")).await;
    assert_eq!(
        reply,
        json!({"flag": true, "code": "ok", "msg": "注册成功"})
    );
    let reply = raw.ask(login("neo", PASSWORD, "user")).await;
    assert_eq!(reply["flag"], true);
    assert_eq!(reply["code"], "ok");
    assert_eq!(reply["msg"], "登录成功");
    assert_eq!(reply["is_vip"], false);
    assert!(reply["session"].is_string());
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_case() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    let reply = raw.expect_refusal(register("NEO", "user"), "exists").await;
    assert_eq!(reply["msg"], "用户已存在");
}

#[tokio::test]
async fn names_and_passwords_that_break_a_rule_name_their_field() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    for name in ["", "a\nb", "a\0b", "\u{202e}neo", &"x".repeat(65)] {
        let reply = raw
            .expect_refusal(register(name, "user"), "bad_request")
            .await;
        assert_eq!(reply["field"], "username", "{name:?}");
    }
    let mut request = register("neo", "user");
    request["password"] = json!("short");
    let reply = raw.expect_refusal(request, "bad_request").await;
    assert_eq!(reply["field"], "password");
    assert_eq!(reply["msg"], "密码长度须为8到256个字符");
}

#[tokio::test]
async fn an_administrator_cannot_register_without_an_invite() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    raw.expect_refusal(register("smith", "admin"), "forbidden")
        .await;
    raw.expect_refusal(login("smith", PASSWORD, "admin"), "unauthenticated")
        .await;
}

#[tokio::test]
async fn an_invite_registers_one_administrator() {
    let server = Server::start().await;
    let registration = Registration {
        username: "first".into(),
        password: PASSWORD.into(),
    };
    server.youku.create_admin(registration).await.unwrap();
    let credentials = Credentials {
        username: "first".into(),
        password: PASSWORD.into(),
        role: Some(Role::Admin),
        peer: String::new(),
    };
    let first = server
        .youku
        .login(credentials)
        .await
        .unwrap()
        .admin()
        .await
        .unwrap();
    let invite = first.invite().await.unwrap().code;
    let mut raw = server.connect().await;
    let mut request = register("second", "admin");
    request["invite"] = json!(invite);
    assert_eq!(raw.ask(request.clone()).await["flag"], true);
    request["username"] = json!("third");
    raw.expect_refusal(request, "forbidden").await;
    raw.log_in("second", "admin").await;
}

#[tokio::test]
async fn an_open_registration_takes_administrators() {
    let options = Options {
        open_admin_registration: true,
        ..Options::default()
    };
    let server = Server::with(options).await;
    let mut raw = server.connect().await;
    assert_eq!(raw.ask(register("smith", "admin")).await["flag"], true);
    raw.log_in("smith", "admin").await;
}

#[tokio::test]
async fn unknown_user_wrong_password_and_wrong_role_get_the_same_answer() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    let unknown = raw.ask(login("nobody", PASSWORD, "user")).await;
    let wrong = raw.ask(login("neo", "something else", "user")).await;
    let role = raw.ask(login("neo", PASSWORD, "admin")).await;
    let msg = "用户名或密码错误";
    let expected = json!({"flag": false, "code": "unauthenticated", "msg": msg});
    assert_eq!(
        [unknown, wrong, role],
        [expected.clone(), expected.clone(), expected]
    );
}

#[tokio::test]
async fn too_many_failed_log_ins_lock_the_name_for_a_while() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    for name in ["neo", "nobody"] {
        for _ in 0..10 {
            raw.expect_refusal(login(name, "something else", "user"), "unauthenticated")
                .await;
        }
        let reply = raw.ask(login(name, PASSWORD, "user")).await;
        let msg = "账号已锁定，请稍后再试";
        let expected = json!({"flag": false, "code": "locked", "msg": msg, "retry_after": 900});
        assert_eq!(reply, expected);
    }
    server.clock.advance(std::time::Duration::from_secs(900));
    raw.log_in("neo", "user").await;
}

#[tokio::test]
async fn without_a_session_the_reply_asks_for_a_log_in() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    for cookies in [Value::Null, json!(""), json!("x"), json!("a".repeat(64))] {
        let mut request = list();
        request["cookies"] = cookies;
        let reply = raw.expect_refusal(request, "unauthenticated").await;
        assert_eq!(reply["msg"], "请先登录!");
    }
    raw.send_text(br#"{"type": "charge_vip"}"#).await;
    assert_eq!(raw.receive().await["code"], "unauthenticated");
}

#[tokio::test]
async fn every_operation_of_a_user_needs_a_session() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    for request in [
        json!({"type": "check_movie", "movie_md5": "x"}),
        json!({"type": "get_movie_list", "movie_type": "free"}),
        json!({"type": "delete_movie", "movie_id": 1}),
        json!({"type": "send_notice", "title": "t", "content": "c"}),
        json!({"type": "charge_vip"}),
        json!({"type": "download_movie", "movie_id": 1}),
        json!({"type": "check_record"}),
    ] {
        raw.expect_refusal(request, "unauthenticated").await;
    }
}

#[tokio::test]
async fn a_newer_log_in_replaces_the_older_one() {
    let server = Server::start().await;
    let mut first = server.user("neo").await;
    let _second = server.log_in("neo", "user").await;
    let reply = first.expect_refusal(list(), "session_replaced").await;
    assert_eq!(reply["msg"], "同一个用户不能多台电脑同时登录!");
}

#[tokio::test]
async fn a_session_ends_with_its_connection() {
    let server = Server::start().await;
    let first = server.user("neo").await;
    let mut second = server.connect().await;
    let request = json!({"type": "charge_vip", "cookies": first.cookies});
    assert_eq!(second.ask(request).await["flag"], true);
    let cookies = first.cookies.clone();
    drop(first);
    second.expect_session_to_end(&cookies).await;
}

#[tokio::test]
async fn a_log_in_ends_the_session_before_it_on_the_same_connection() {
    let server = Server::start().await;
    server.user("trinity").await;
    let mut raw = server.user("neo").await;
    let earlier = raw.cookies.clone();
    raw.log_in("trinity", "user").await;
    let mut request = list();
    request["cookies"] = earlier;
    raw.expect_refusal(request, "unauthenticated").await;
    assert_eq!(raw.ask(list()).await["code"], "ok");
}

#[tokio::test]
async fn a_failed_log_in_leaves_the_session_alone() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    raw.expect_refusal(login("neo", "something else", "user"), "unauthenticated")
        .await;
    assert_eq!(raw.ask(list()).await["code"], "ok");
}

#[tokio::test]
async fn a_request_chooses_its_language() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let mut request = list();
    request["lang"] = json!("en");
    assert_eq!(raw.ask(request.clone()).await["msg"], "log in first");
    request["lang"] = json!("fr");
    assert_eq!(raw.ask(request).await["msg"], "请先登录!");
}

#[tokio::test]
async fn membership_is_bought_and_seen_at_the_next_log_in() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    let reply = raw.ask(json!({"type": "charge_vip"})).await;
    assert_eq!(
        (&reply["flag"], &reply["msg"]),
        (&json!(true), &json!("会员充值成功"))
    );
    assert_eq!(
        raw.ask(login("neo", PASSWORD, "user")).await["is_vip"],
        true
    );
}

#[tokio::test]
async fn fields_that_a_client_must_not_choose_are_ignored() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let mut request = register("neo", "user");
    request["is_vip"] = json!(true);
    request["user_id"] = json!(1);
    request["addr"] = json!(["10.0.0.1", 1]);
    assert_eq!(raw.ask(request).await["flag"], true);
    assert_eq!(
        raw.ask(login("neo", PASSWORD, "user")).await["is_vip"],
        false
    );
}

/// The menu of the design half sends the MD5 of what a person types, that of the implementation half the text itself.
#[tokio::test]
async fn both_menus_register_as_they_did_but_not_with_a_common_password() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let design = |password: &str| json!({"type": "register", "name": "neo", "password": password, "user_type": "user"});
    let implementation = |password: &str| json!({"type": "register", "username": "trinity", "password": password, "user_type": "user"});
    // MD5 of `123456` and of `password`.
    for common in [
        "e10adc3949ba59abbe56e057f20f883e",
        "5F4DCC3B5AA765D61D8327DEB882CF99",
    ] {
        for request in [design(common), implementation(common)] {
            let reply = raw.expect_refusal(request, "bad_request").await;
            assert_eq!(reply["msg"], "密码过于常见，请换一个");
        }
    }
    let blank = raw.expect_refusal(implementation("        "), "bad_request");
    assert_eq!(blank.await["msg"], "密码不能为空白");
    // MD5 of `follow the white rabbit`.
    let digest = "b8bfafcc06bbe59fbeab4cc6f071fda4";
    for request in [design(digest), implementation(PASSWORD)] {
        assert_eq!(raw.ask(request).await["msg"], "注册成功");
    }
    let login = json!({"type": "login", "name": "neo", "password": digest, "user_type": "user"});
    assert_eq!(raw.ask(login).await["msg"], "登录成功");
}
