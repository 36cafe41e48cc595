//! What administrators do over protocol 2.

use serde_json::{Value, json};
use youku_core::Kind;

use super::Two;
use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn users_are_listed_locked_and_unlocked() {
    let server = Server::start().await;
    let mut neo = Two::user(&server, "neo").await;
    let mut admin = Two::administrator(&server).await;
    let users = admin.done(json!({"type": "list_users"})).await["user_list"].clone();
    let user = &users[0];
    assert_eq!(
        (
            &user["username"],
            &user["user_type"],
            &user["member_until"],
            &user["locked_at"]
        ),
        (&json!("neo"), &json!("user"), &Value::Null, &Value::Null)
    );
    assert_eq!(users[1]["user_type"], "admin");
    let id = user["user_id"].clone();
    let locked = admin
        .done(json!({"type": "lock_user", "user_id": id}))
        .await;
    assert_eq!(locked["user_id"], id);
    assert!(locked["locked_at"].is_i64());
    neo.refused(json!({"type": "whoami"}), "unauthenticated")
        .await;
    let login = json!({"type": "login", "username": "neo", "password": PASSWORD});
    let reply = neo.refused(login.clone(), "locked").await;
    assert_eq!(reply.get("retry_after"), None);
    let unlocked = admin
        .done(json!({"type": "unlock_user", "user_id": id}))
        .await;
    assert_eq!(unlocked["locked_at"], Value::Null);
    neo.done(login).await;
}

#[tokio::test]
async fn roles_change_and_administrators_cannot_demote_or_lock_themselves() {
    let server = Server::start().await;
    let mut neo = Two::user(&server, "neo").await;
    let mut admin = Two::administrator(&server).await;
    let own = admin.done(json!({"type": "whoami"})).await["user_id"].clone();
    let id = neo.done(json!({"type": "whoami"})).await["user_id"].clone();
    let role =
        |id: &Value, role: &str| json!({"type": "change_role", "user_id": id, "user_type": role});
    assert_eq!(admin.done(role(&id, "admin")).await["user_type"], "admin");
    neo.refused(json!({"type": "whoami"}), "unauthenticated")
        .await;
    let mut neo = Two::log_in(&server, "neo").await;
    neo.done(json!({"type": "list_users"})).await;
    admin.refused(role(&own, "user"), "forbidden").await;
    admin
        .refused(json!({"type": "lock_user", "user_id": own}), "forbidden")
        .await;
    for request in [
        role(&json!(999), "user"),
        json!({"type": "lock_user", "user_id": 999}),
        json!({"type": "unlock_user", "user_id": 999}),
    ] {
        admin.refused(request, "not_found").await;
    }
}

#[tokio::test]
async fn an_invite_makes_one_administrator() {
    let server = Server::start().await;
    let mut admin = Two::administrator(&server).await;
    let invited = admin.done(json!({"type": "invite_admin"})).await;
    assert!(invited["expires_at"].is_i64());
    let mut register = json!({
        "type": "register", "username": "second", "password": PASSWORD, "user_type": "admin",
    });
    admin.refused(register.clone(), "forbidden").await;
    register["invite"] = invited["invite"].clone();
    admin.done(register.clone()).await;
    register["username"] = json!("third");
    admin.refused(register, "forbidden").await;
}

#[tokio::test]
async fn a_movie_is_deleted_and_restored() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut admin = Two::administrator(&server).await;
    let deleted = admin
        .done(json!({"type": "delete_movie", "movie_id": id}))
        .await;
    assert_eq!(deleted["name"], "a.mp4");
    assert_eq!(server.listed().await, [""; 0]);
    admin
        .refused(json!({"type": "delete_movie", "movie_id": id}), "not_found")
        .await;
    let list = admin.done(json!({"type": "deleted_movies"})).await;
    assert_eq!(list["movie_list"][0]["movie_id"], id);
    admin
        .done(json!({"type": "restore_movie", "movie_id": id}))
        .await;
    assert_eq!(server.listed().await, ["a.mp4"]);
    let list = admin.done(json!({"type": "deleted_movies"})).await;
    assert_eq!(list["movie_list"], json!([]));
    admin
        .refused(
            json!({"type": "restore_movie", "movie_id": 99}),
            "not_found",
        )
        .await;
}

#[tokio::test]
async fn a_movie_is_removed_for_good() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut admin = Two::administrator(&server).await;
    let purge = json!({"type": "purge_movie", "movie_id": id});
    assert_eq!(admin.done(purge.clone()).await["name"], "a.mp4");
    assert_eq!(server.listed().await, [""; 0]);
    admin.refused(purge, "not_found").await;
    let restore = json!({"type": "restore_movie", "movie_id": id});
    admin.refused(restore, "not_found").await;
    let statistics = admin.done(json!({"type": "statistics"})).await;
    assert_eq!(statistics["hidden_movies"], 0);
}

#[tokio::test]
async fn a_movie_gets_another_name_and_price_class() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut admin = Two::administrator(&server).await;
    let mut edit = json!({"type": "edit_movie", "movie_id": id, "name": "b.mp4"});
    let mut expected = admin.done(json!({"type": "get_movie_list"})).await["movie_list"][0].clone();
    expected["name"] = json!("b.mp4");
    expected["flag"] = json!(true);
    expected["code"] = json!("ok");
    assert_eq!(admin.done(edit.clone()).await, expected);
    edit["name"] = Value::Null;
    edit["is_free"] = json!(false);
    expected["is_free"] = json!(false);
    assert_eq!(admin.done(edit.clone()).await, expected);
    // A deleted movie too.
    admin
        .done(json!({"type": "delete_movie", "movie_id": id}))
        .await;
    edit["name"] = json!("c.mp4");
    edit["is_free"] = json!(true);
    let edited = admin.done(edit.clone()).await;
    assert_eq!(
        (&edited["name"], &edited["is_free"]),
        (&json!("c.mp4"), &json!(true))
    );
    let audit = admin.done(json!({"type": "audit", "limit": 5})).await["audit_list"].clone();
    let acts: Vec<&Value> = audit
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["act"])
        .collect();
    let mut renamed_and_freed = [acts[0], acts[1]];
    renamed_and_freed.sort_by_key(|act| act.to_string());
    assert_eq!(renamed_and_freed, ["movie_made_free", "movie_renamed"]);
    assert_eq!(
        acts[2..],
        ["movie_deleted", "movie_made_charged", "movie_renamed"]
    );
    edit["movie_id"] = json!(99);
    admin.refused(edit.clone(), "not_found").await;
    edit["movie_id"] = json!(id);
    for name in [json!(""), json!("x".repeat(1000))] {
        edit["name"] = name;
        let reply = admin.refused(edit.clone(), "bad_request").await;
        assert_eq!(reply["field"], "name");
    }
}

#[tokio::test]
async fn the_audit_lists_who_did_what() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut admin = Two::administrator(&server).await;
    let own = admin.done(json!({"type": "whoami"})).await["user_id"].clone();
    admin
        .done(json!({"type": "delete_movie", "movie_id": id}))
        .await;
    let audit = admin.done(json!({"type": "audit", "limit": 2})).await;
    let entry = &audit["audit_list"][0];
    let time = entry["time"].clone();
    assert!(time.is_i64());
    let expected = json!({
        "act": "movie_deleted", "time": time, "actor_id": own, "actor_name": "admin",
        "peer": "127.0.0.1", "user_id": null, "user_name": null, "movie_id": id,
        "notice_id": null,
    });
    assert_eq!(entry, &expected);
    assert_eq!(audit["audit_list"][1]["act"], "logged_in");
    assert!(audit["next"].is_string());
}

#[tokio::test]
async fn statistics_count_everything() {
    let server = Server::start().await;
    server.add_movies(Kind::Charged, &["a.mp4", "b.mp4"]).await;
    let mut neo = Two::user(&server, "neo").await;
    neo.done(json!({"type": "charge_vip"})).await;
    neo.done(json!({"type": "download_movie", "movie_id": 1, "max_price": 500}))
        .await;
    neo.raw.receive_bytes(5).await;
    let mut admin = Two::administrator(&server).await;
    let expected = json!({
        "flag": true, "code": "ok", "users": 3, "admins": 2, "members": 1, "locked_users": 0,
        "sessions": 3, "movies": 2, "movie_bytes": 10, "deleted_movies": 0, "deleted_bytes": 0,
        "hidden_movies": 0,
        "uploads": 0, "downloads": 1, "purchases": 1, "purchase_fen": 500, "memberships": 1,
        "membership_fen": 0,
    });
    assert_eq!(admin.done(json!({"type": "statistics"})).await, expected);
}

#[tokio::test]
async fn a_user_does_nothing_that_an_administrator_does() {
    let server = Server::start().await;
    let mut neo = Two::user(&server, "neo").await;
    let requests = [
        json!({"type": "delete_movie", "movie_id": 1}),
        json!({"type": "restore_movie", "movie_id": 1}),
        json!({"type": "purge_movie", "movie_id": 1}),
        json!({"type": "edit_movie", "movie_id": 1, "is_free": true}),
        json!({"type": "deleted_movies"}),
        json!({"type": "send_notice", "title": "t", "content": "c"}),
        json!({"type": "list_users"}),
        json!({"type": "lock_user", "user_id": 1}),
        json!({"type": "unlock_user", "user_id": 1}),
        json!({"type": "change_role", "user_id": 1, "user_type": "admin"}),
        json!({"type": "delete_user", "user_id": 1}),
        json!({"type": "sessions", "user_id": 1}),
        json!({"type": "end_session", "user_id": 1, "session_id": 1}),
        json!({"type": "export", "user_id": 1}),
        json!({"type": "invite_admin"}),
        json!({"type": "invite_user"}),
        json!({"type": "invites"}),
        json!({"type": "revoke_invite", "invite_id": 1}),
        json!({"type": "edit_notice", "notice_id": 1, "title": "t", "content": "c"}),
        json!({"type": "delete_notice", "notice_id": 1}),
        json!({"type": "audit"}),
        json!({"type": "statistics"}),
    ];
    for mut request in requests {
        neo.refused(request.clone(), "forbidden").await;
        request["session"] = Value::Null;
        neo.refused(request, "unauthenticated").await;
    }
}
