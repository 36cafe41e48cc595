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
