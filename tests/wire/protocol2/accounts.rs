//! Accounts and sessions of protocol 2.

use serde_json::json;
use youku_server::Limits;

use super::Two;
use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn a_user_registers_logs_in_and_gets_their_identity() {
    let server = Server::start().await;
    let mut two = Two::connect(&server).await;
    let register = json!({"type": "register", "username": "Neo", "password": PASSWORD});
    let user_id = two.done(register.clone()).await["user_id"].clone();
    two.refused(register, "exists").await;
    let login = json!({"type": "login", "username": "neo", "password": PASSWORD});
    let reply = two.done(login).await;
    let session = reply["session"].clone();
    let mut identity = json!({
        "flag": true, "code": "ok", "user_id": user_id, "username": "Neo", "user_type": "user",
        "is_vip": false, "member_until": null,
    });
    assert_eq!(
        two.done(json!({"type": "whoami", "session": session}))
            .await,
        identity
    );
    identity["session"] = session;
    assert_eq!(reply, identity);
}

#[tokio::test]
async fn a_log_in_with_a_role_requires_that_role() {
    let server = Server::start().await;
    let mut two = Two::user(&server, "neo").await;
    let mut login = json!({
        "type": "login", "username": "neo", "password": PASSWORD, "user_type": "admin",
    });
    two.refused(login.clone(), "unauthenticated").await;
    login["user_type"] = json!("user");
    two.done(login).await;
}

#[tokio::test]
async fn a_session_outlives_its_connection() {
    let server = Server::start().await;
    let first = Two::user(&server, "neo").await;
    let session = first.session.clone();
    drop(first);
    // The server notices dropped connections with a delay.
    let old = server.user("trinity").await;
    drop(old);
    server.expect_fewer_sessions(2).await;
    let mut second = Two::connect(&server).await;
    second.session = session;
    assert_eq!(
        second.done(json!({"type": "whoami"})).await["username"],
        "neo"
    );
}

#[tokio::test]
async fn a_session_that_was_opened_before_hello_ends_with_its_connection() {
    let server = Server::start().await;
    let mut raw = server.user("neo").await;
    raw.ask(json!({"type": "hello", "proto": 2})).await;
    assert_eq!(server.sessions().await, 1);
    drop(raw);
    server.expect_fewer_sessions(1).await;
}

#[tokio::test]
async fn a_log_out_ends_the_session_on_every_connection() {
    let server = Server::start().await;
    let mut first = Two::user(&server, "neo").await;
    let mut second = Two::connect(&server).await;
    second.session = first.session.clone();
    second.done(json!({"type": "whoami"})).await;
    assert_eq!(
        first.done(json!({"type": "logout"})).await,
        json!({"flag": true, "code": "ok"})
    );
    for two in [&mut first, &mut second] {
        two.refused(json!({"type": "whoami"}), "unauthenticated")
            .await;
    }
    first
        .refused(json!({"type": "logout"}), "unauthenticated")
        .await;
}

#[tokio::test]
async fn a_newer_log_in_replaces_the_session_and_says_so() {
    let server = Server::start().await;
    let mut first = Two::user(&server, "neo").await;
    Two::log_in(&server, "neo").await;
    first
        .refused(json!({"type": "whoami"}), "session_replaced")
        .await;
}

#[tokio::test]
async fn a_password_is_changed_by_a_user_who_knows_it() {
    let server = Server::start().await;
    let mut two = Two::user(&server, "neo").await;
    let change = |old: &str, new: &str| json!({"type": "change_password", "old_password": old, "new_password": new});
    let new = "there is no spoon";
    for (old, new, field) in [
        ("wrong", new, "old_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "password", "new_password"),
    ] {
        let reply = two.refused(change(old, new), "bad_request").await;
        assert_eq!(reply["field"], field);
    }
    two.done(change(PASSWORD, new)).await;
    two.done(json!({"type": "whoami"})).await;
    let login = |password| json!({"type": "login", "username": "neo", "password": password});
    two.refused(login(PASSWORD), "unauthenticated").await;
    two.done(login(new)).await;
}

#[tokio::test]
async fn a_membership_has_an_end_and_a_price() {
    let server = Server::start().await;
    let mut two = Two::user(&server, "neo").await;
    let month = 30 * 24 * 60 * 60;
    let first = two.done(json!({"type": "charge_vip"})).await;
    let second = two.done(json!({"type": "charge_vip"})).await;
    assert_eq!(first["price"], 0);
    let (first, second) = (
        first["member_until"].as_i64(),
        second["member_until"].as_i64(),
    );
    assert_eq!(second.unwrap() - first.unwrap(), month);
    let identity = two.done(json!({"type": "whoami"})).await;
    assert_eq!(
        (&identity["is_vip"], &identity["member_until"]),
        (&json!(true), &json!(second))
    );
}

/// A client that names a valid session counts as logged in, even on a connection other than that of the log-in.
#[tokio::test]
async fn a_connection_that_named_a_session_keeps_its_place_until_the_log_out() {
    let server = Server::with_limits(Limits {
        max_connections: 2,
        ..Limits::default()
    })
    .await;
    let session = Two::user(&server, "neo").await.session;
    let mut known = Two::connect(&server).await;
    known.session = session;
    known.done(json!({"type": "whoami"})).await;
    let mut stranger = server.connect().await;
    stranger.expect_alive().await;
    server.connect().await.expect_alive().await;
    stranger.expect_end().await;
    known.done(json!({"type": "logout"})).await;
    let mut stays = server.user("trinity").await;
    let mut also = server.user("morpheus").await;
    known.raw.expect_end().await;
    stays.expect_alive().await;
    also.expect_alive().await;
}
