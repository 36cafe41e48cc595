//! Invites, who may register, and notices that change, over protocol 2.

use serde_json::{Value, json};
use youku_core::{Policy, RegistrationMode};

use super::Two;
use crate::raw::register;
use crate::support::{PASSWORD, Server, policy};

fn new_user(name: &str, invite: &Value) -> Value {
    json!({"type": "register", "username": name, "password": PASSWORD, "invite": invite})
}

async fn with(registration: RegistrationMode) -> Server {
    let policy = Policy {
        registration,
        ..policy()
    };
    Server::with_policy(policy).await
}

#[tokio::test]
async fn invites_are_listed_and_revoked() {
    let server = Server::start().await;
    let mut admin = Two::administrator(&server).await;
    let first = admin.done(json!({"type": "invite_user"})).await;
    let second = admin.done(json!({"type": "invite_admin"})).await;
    let listed = admin.done(json!({"type": "invites", "limit": 1})).await;
    let entry = &listed["invite_list"][0];
    assert_eq!(
        (&entry["invite_id"], &entry["user_type"]),
        (&second["invite_id"], &json!("admin"))
    );
    assert_eq!(entry["inviter_name"], "admin");
    assert_eq!(entry.get("invite"), None);
    let next = &listed["next"];
    let rest = admin.done(json!({"type": "invites", "after": next})).await;
    assert_eq!(rest["invite_list"][0]["user_type"], "user");
    let revoke = json!({"type": "revoke_invite", "invite_id": first["invite_id"]});
    admin.done(revoke.clone()).await;
    admin.refused(revoke, "not_found").await;
    admin
        .refused(new_user("neo", &first["invite"]), "forbidden")
        .await;
}

#[tokio::test]
async fn registration_can_need_an_invite() {
    let server = with(RegistrationMode::Invite).await;
    let mut admin = Two::administrator(&server).await;
    let hello = admin.done(json!({"type": "hello", "proto": 2})).await;
    assert_eq!(hello["caps"], json!(["registration_by_invite"]));
    let refusal = admin.refused(new_user("neo", &Value::Null), "forbidden");
    assert_eq!(
        refusal.await["msg"],
        "registration needs an invite; ask an administrator for one"
    );
    let invite = admin.done(json!({"type": "invite_user"})).await["invite"].clone();
    admin.done(new_user("neo", &invite)).await;
    let refusal = admin.refused(new_user("smith", &invite), "forbidden").await;
    assert!(refusal["msg"].as_str().unwrap().contains("is not valid"));
}

#[tokio::test]
async fn registration_can_be_closed() {
    let server = with(RegistrationMode::Closed).await;
    let mut admin = Two::administrator(&server).await;
    let hello = admin.done(json!({"type": "hello", "proto": 2})).await;
    assert_eq!(hello["caps"], json!(["registration_closed"]));
    let invite = admin.done(json!({"type": "invite_user"})).await["invite"].clone();
    for invite in [&Value::Null, &invite] {
        let refusal = admin.refused(new_user("neo", invite), "forbidden").await;
        assert_eq!(refusal["msg"], "registration is closed");
    }
}

#[tokio::test]
async fn the_existing_dialects_say_why_no_one_can_register() {
    for (mode, text) in [
        (RegistrationMode::Invite, "注册需要邀请码，请联系管理员"),
        (RegistrationMode::Closed, "注册已关闭"),
    ] {
        let server = with(mode).await;
        let mut raw = server.connect().await;
        for user_type in ["user", "admin"] {
            let refusal = raw
                .expect_refusal(register("neo", user_type), "forbidden")
                .await;
            assert_eq!(refusal["msg"], text);
        }
    }
}

#[tokio::test]
async fn notices_are_edited_and_deleted() {
    let server = Server::start().await;
    let mut admin = Two::administrator(&server).await;
    let send = json!({"type": "send_notice", "title": "t", "content": "c"});
    let mut notice = admin.done(send).await;
    let id = notice["notice_id"].clone();
    let edit = json!({"type": "edit_notice", "notice_id": id, "title": "T", "content": "C"});
    notice["title"] = json!("T");
    notice["content"] = json!("C");
    assert_eq!(admin.done(edit.clone()).await, notice);
    let delete = json!({"type": "delete_notice", "notice_id": id});
    assert_eq!(admin.done(delete.clone()).await, notice);
    for request in [edit, delete] {
        admin.refused(request, "not_found").await;
    }
    let list = admin.done(json!({"type": "check_notice"})).await;
    assert_eq!(list["notice_list"], json!([]));
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let policy = Policy {
        one_session_per_user: false,
        ..policy()
    };
    let server = Server::with_policy(policy).await;
    let mut neo = Two::user(&server, "neo").await;
    let mut other = Two::log_in(&server, "neo").await;
    let listed = neo.done(json!({"type": "sessions"})).await["session_list"].clone();
    let (newer, own) = (&listed[0], &listed[1]);
    assert_eq!(
        (&newer["is_current"], &own["is_current"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(newer["peer"], "127.0.0.1");
    assert_ne!(newer["session_id"], other.session);
    let end = json!({"type": "end_session", "session_id": newer["session_id"]});
    neo.done(end.clone()).await;
    other
        .refused(json!({"type": "whoami"}), "unauthenticated")
        .await;
    neo.refused(end, "not_found").await;

    let mut admin = Two::administrator(&server).await;
    let id = neo.done(json!({"type": "whoami"})).await["user_id"].clone();
    let sessions = json!({"type": "sessions", "user_id": id});
    let listed = admin.done(sessions).await["session_list"].clone();
    let session = &listed[0]["session_id"];
    let end = json!({"type": "end_session", "user_id": id, "session_id": session});
    admin.done(end).await;
    neo.refused(json!({"type": "whoami"}), "unauthenticated")
        .await;
}

#[tokio::test]
async fn accounts_are_exported_and_deleted() {
    let server = Server::start().await;
    let mut neo = Two::user(&server, "neo").await;
    neo.done(json!({"type": "charge_vip"})).await;
    let export = neo.done(json!({"type": "export"})).await["export"].clone();
    assert_eq!(export["account"]["username"], "neo");
    assert_eq!(export["memberships"].as_array().unwrap().len(), 1);
    let mut admin = Two::administrator(&server).await;
    let id = export["account"]["user_id"].clone();
    let same = admin.done(json!({"type": "export", "user_id": id})).await;
    assert_eq!(same["export"], export);

    let delete = |password: &str| json!({"type": "delete_account", "password": password});
    let refusal = neo.refused(delete("another one"), "bad_request").await;
    assert_eq!(refusal["field"], "password");
    neo.done(delete(PASSWORD)).await;
    neo.refused(json!({"type": "whoami"}), "unauthenticated")
        .await;
    admin.refused(delete(PASSWORD), "forbidden").await;
    let gone = json!({"type": "delete_user", "user_id": id});
    admin.refused(gone, "not_found").await;

    let trinity = Two::user(&server, "trinity").await;
    let users = admin.done(json!({"type": "list_users"})).await["user_list"].clone();
    let id = &users[1]["user_id"];
    admin
        .done(json!({"type": "delete_user", "user_id": id}))
        .await;
    let mut trinity = trinity;
    trinity
        .refused(json!({"type": "whoami"}), "unauthenticated")
        .await;
}
