//! The commands about people: what administrators do, and what persons do with their own account.

use serde_json::{Value, json};
use youku_core::Kind;

use crate::commands::text;
use crate::world::{PASSWORD, World};

#[test]
fn administrators_manage_movies_notices_and_users() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("a.mp4", Kind::Charged, b"one");
    world.log_in("admin");
    assert_eq!(world.json(&["delete", "1"])["movies"][0]["name"], "a.mp4");
    assert_eq!(world.json(&["list"])["movies"], json!([]));
    assert_eq!(world.json(&["admin", "deleted"])["movies"][0]["id"], 1);
    assert_eq!(
        world.json(&["restore", "1"])["movies"][0]["kind"],
        "charged"
    );
    assert_eq!(world.json(&["purge", "1"])["movies"][0]["name"], "a.mp4");
    world.fails(&["restore", "1"], 5, "not_found");
    world.fails(&["delete", "99"], 5, "not_found");

    let notice = world.json(&["notice", "title", "text"])["notice"].clone();
    assert_eq!(world.json(&["notices"])["notices"], json!([notice]));
    world.fails(
        &["notice", "a title of more than 15 characters", "text"],
        7,
        "bad_request",
    );

    let users = world.json(&["admin", "users"])["users"].clone();
    let neo = users
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["username"] == "neo");
    let id = neo.unwrap()["id"].to_string();
    assert!(world.json(&["admin", "lock", &id])["user"]["locked_at"].is_string());
    assert!(world.json(&["admin", "unlock", &id])["user"]["locked_at"].is_null());
    assert_eq!(
        world.json(&["admin", "role", &id, "admin"])["user"]["role"],
        "admin"
    );
    let id = notice["id"].to_string();
    let edited = &world.json(&["edit-notice", &id, "other", "words"])["notice"];
    assert_eq!(edited["title"], "other");
    assert_eq!(
        world.json(&["delete-notice", &id])["notice"]["content"],
        "words"
    );
    let invite = &world.json(&["admin", "invite", "--user"])["invite"];
    assert!(invite["code"].is_string());
    let listed = &world.json(&["admin", "invites"])["invites"][0];
    assert_eq!(
        (&listed["id"], &listed["role"]),
        (&invite["id"], &json!("user"))
    );
    let id = invite["id"].to_string();
    let revoked = world.json(&["admin", "revoke-invite", &id]);
    assert_eq!(revoked["revoked"], invite["id"]);
    world.fails(&["admin", "revoke-invite", &id], 5, "not_found");
    assert!(world.json(&["admin", "invite"])["invite"]["code"].is_string());
    let audit = world.json(&["admin", "audit"])["audit"].clone();
    assert_eq!(
        (&audit[0]["actor"], &audit[0]["act"]),
        (&json!("admin"), &json!("admin_invited"))
    );
}

#[test]
fn a_person_lists_sessions_takes_their_data_and_leaves() {
    let world = World::new(0);
    world.register("neo");
    world.log_in("neo");
    let session = &world.json(&["sessions"])["sessions"][0];
    assert_eq!(session["is_current"], true);
    world.fails(&["end-session", "999"], 5, "not_found");
    let export = &world.json(&["export"])["export"];
    assert_eq!(export["account"]["username"], "neo");
    let written = text(&world.run(&["export"], ""));
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), *export);
    let delete = ["delete-account", "--password-stdin", "--json"];
    let wrong = world.run(&delete, "another one\n");
    assert_eq!(wrong.status.code(), Some(7));
    let left = world.run(&delete, &format!("{PASSWORD}\n"));
    assert!(left.status.success(), "{left:?}");
    world.fails(&["whoami"], 3, "unauthenticated");

    world.register("trinity");
    world.log_in("admin");
    let users = world.json(&["admin", "users"])["users"].clone();
    let id = users[1]["id"].to_string();
    assert_eq!(users[1]["username"], "trinity");
    let export = &world.json(&["admin", "export", &id])["export"];
    assert_eq!(export["account"]["username"], "trinity");
    assert_eq!(
        world.json(&["admin", "sessions", &id])["sessions"],
        json!([])
    );
    world.fails(&["admin", "end-session", &id, "999"], 5, "not_found");
    world.json(&["admin", "delete-user", &id]);
    world.fails(&["admin", "delete-user", &id], 5, "not_found");
}
