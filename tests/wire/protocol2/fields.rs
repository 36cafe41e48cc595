//! Every operation of protocol 2 with each of its fields, with valid and with invalid values.

mod shape;

use serde_json::{Value, json};
use youku_core::Kind;

use shape::{
    Cursor, Digest, Flag, Json, Limit, Number, Row, Shape, Text, Texts, UploadId, Word, bad, row,
};

use super::uploads::opening;
use super::{Two, sha256};
use crate::support::{PASSWORD, Server};

const NONE: &[(&str, Shape)] = &[];
const PAGE: &[(&str, Shape)] = &[("limit?", Limit), ("after?", Cursor)];
const MOVIES: &[(&str, Shape)] = &[
    ("movie_type?", Word),
    ("matching?", Text),
    ("sort?", Word),
    ("limit?", Limit),
    ("after?", Cursor),
];
const MOVIE: &[(&str, Shape)] = &[("movie_id", Number)];
const USER: &[(&str, Shape)] = &[("user_id", Number)];
const UPLOAD: &[(&str, Shape)] = &[("upload_id", UploadId)];

/// Every operation except `hello`. An administrator carries out all of them, one after the
/// other; `neo` is a user.
fn rows(movie: u64, neo: &Value, upload: &Value) -> Vec<Row> {
    let account = json!({"username": "trinity", "password": PASSWORD});
    let page = json!({"limit": 1});
    let all = json!({"movie_type": "all", "matching": "a", "sort": "name", "limit": 1});
    let id = json!({"movie_id": movie});
    let user = json!({"user_id": neo});
    vec![
        row(
            "register",
            &[
                ("username", Text),
                ("password", Text),
                ("user_type?", Word),
                ("invite?", Text),
            ],
            account.clone(),
        ),
        row(
            "login",
            &[("username", Text), ("password", Text), ("user_type?", Word)],
            account,
        ),
        row("whoami", NONE, json!({})),
        row(
            "change_password",
            &[("old_password", Text), ("new_password", Text)],
            json!({"old_password": PASSWORD, "new_password": "another white rabbit"}),
        ),
        row("prices", NONE, json!({})),
        row(
            "charge_vip",
            &[("key?", Text), ("max_price?", Number)],
            json!({"key": "a key", "max_price": 0}),
        ),
        row("movie", MOVIE, id.clone()),
        row(
            "download_movie",
            &[
                ("movie_id", Number),
                ("offset?", Number),
                ("len?", Number),
                ("if_sha256?", Digest),
                ("wait?", Flag),
                ("max_price?", Number),
                ("watch_id?", Text),
            ],
            json!({
                "movie_id": movie, "offset": 1, "len": 0, "if_sha256": sha256(b"a.mp4"),
                "wait": false, "max_price": 500,
            }),
        ),
        row("check_record", PAGE, page.clone()),
        row("purchases", PAGE, page.clone()),
        row("get_movie_list", MOVIES, all.clone()),
        row(
            "edit_movie",
            &[("movie_id", Number), ("name?", Text), ("is_free?", Flag)],
            json!({"movie_id": movie, "name": "b.mp4", "is_free": true}),
        ),
        row("movie_details", MOVIE, id.clone()),
        row(
            "describe_movie",
            &[
                ("movie_id", Number),
                ("title?", Text),
                ("description?", Text),
                ("tags?", Texts),
                ("data?", Json),
            ],
            json!({"movie_id": movie, "title": "b", "tags": ["a"], "data": "[1]"}),
        ),
        row("delete_movie", MOVIE, id.clone()),
        row("deleted_movies", MOVIES, all),
        row("restore_movie", MOVIE, id.clone()),
        row("purge_movie", MOVIE, id),
        row(
            "upload_open",
            &[
                ("name", Text),
                ("size", Number),
                ("is_free", Flag),
                ("sha256?", Digest),
            ],
            opening("c.mp4", 5),
        ),
        row("upload_status", UPLOAD, json!({"upload_id": upload})),
        row("uploads", NONE, json!({})),
        row(
            "upload_chunk",
            &[
                ("upload_id", UploadId),
                ("offset", Number),
                ("sha256?", Digest),
            ],
            json!({"upload_id": upload, "offset": 5, "len": 0}),
        ),
        row(
            "upload_commit",
            &[("upload_id", UploadId), ("sha256", Digest)],
            json!({"upload_id": upload, "sha256": sha256(b"bytes")}),
        ),
        row("upload_abort", UPLOAD, json!({"upload_id": upload})),
        row("check_notice", PAGE, page.clone()),
        row(
            "send_notice",
            &[("title", Text), ("content", Text)],
            json!({"title": "t", "content": "c"}),
        ),
        row("list_users", PAGE, page.clone()),
        row("lock_user", USER, user.clone()),
        row("unlock_user", USER, user),
        row(
            "change_role",
            &[("user_id", Number), ("user_type", Word)],
            json!({"user_id": neo, "user_type": "admin"}),
        ),
        row(
            "edit_notice",
            &[("notice_id", Number), ("title", Text), ("content", Text)],
            json!({"notice_id": 1, "title": "t", "content": "c"}),
        ),
        row(
            "delete_notice",
            &[("notice_id", Number)],
            json!({"notice_id": 1}),
        ),
        row("invite_admin", NONE, json!({})),
        row("invite_user", NONE, json!({})),
        row("invites", PAGE, page.clone()),
        row(
            "revoke_invite",
            &[("invite_id", Number)],
            json!({"invite_id": 1}),
        ),
        row("statistics", NONE, json!({})),
        row("audit", PAGE, page),
        row("logout", NONE, json!({})),
    ]
}

/// An administrator who has a movie, and an upload with all of its bytes.
async fn start() -> (Server, Two, Vec<Row>) {
    let server = Server::start().await;
    let movie = server.add_movies(Kind::Charged, &["a.mp4"]).await[0];
    let mut neo = Two::user(&server, "neo").await;
    let neo = neo.done(json!({"type": "whoami"})).await["user_id"].clone();
    let mut two = Two::administrator(&server).await;
    two.done(json!({"type": "charge_vip"})).await;
    let upload = two.done(opening("b.mp4", 5)).await["upload_id"].clone();
    two.send(json!({"type": "upload_chunk", "upload_id": upload, "offset": 0, "len": 5}))
        .await;
    two.raw.send_bytes(b"bytes").await;
    assert_eq!(two.raw.receive().await["offset"], 5);
    let rows = rows(movie, &neo, &upload);
    (server, two, rows)
}

#[tokio::test]
async fn a_field_that_is_not_what_it_must_be_is_named() {
    let (_server, mut two, rows) = start().await;
    for row in rows {
        let mut wrong = Vec::new();
        for (field, shape) in row.fields {
            wrong.extend(bad(*shape).into_iter().map(|value| (*field, value)));
            if !field.ends_with('?') {
                wrong.push((field, Value::Null));
            }
        }
        if !matches!(
            row.operation,
            "register" | "login" | "prices" | "check_notice"
        ) {
            wrong.push(("session", json!(1)));
        }
        for (field, value) in wrong {
            let field = field.trim_end_matches('?');
            let mut request = row.good.clone();
            request[field] = value;
            let text = request.to_string();
            let reply = two.refused(request, "bad_request").await;
            assert_eq!(reply["field"], field, "{text}");
        }
    }
}

#[tokio::test]
async fn a_field_that_no_operation_has_is_refused_and_named() {
    let (_server, mut two, rows) = start().await;
    let long = "long".repeat(1000);
    for row in rows {
        for (field, named) in [
            ("colour", "colour"),
            ("cookies", "cookies"),
            (&long, &long[..64]),
        ] {
            let mut request = row.good.clone();
            request[field] = json!(1);
            let reply = two.refused(request, "bad_request").await;
            assert_eq!(reply["field"], named, "{}", row.operation);
        }
    }
    let slip = json!({"type": "get_movie_list", "srot": "newest", "lang": "en"});
    let said = two.refused(slip, "bad_request").await["msg"].clone();
    let said = said.as_str().unwrap();
    assert!(
        said.contains("unknown field `srot`") && said.contains("`sort`"),
        "{said}"
    );
}

#[tokio::test]
async fn every_operation_is_carried_out_whatever_a_client_says_of_itself() {
    let (_server, mut two, rows) = start().await;
    for row in rows {
        let mut request = row.good.clone();
        for field in ["user_id", "addr", "is_vip", "is_delete"] {
            if request.get(field).is_none() {
                request[field] = json!({"any": "thing"});
            }
        }
        request["colour"] = Value::Null;
        for (field, _) in row.fields {
            let field = field.trim_end_matches('?');
            if request.get(field).is_none() {
                request[field] = Value::Null;
            }
        }
        two.done(request).await;
    }
}

#[tokio::test]
async fn the_table_has_every_operation_of_the_description() {
    let (_server, _two, rows) = start().await;
    let page = include_str!("../../../youku-server/docs/protocol.md");
    let listed = page
        .lines()
        .skip_while(|line| !line.starts_with("| `type` | who"));
    let listed = listed.skip(2).take_while(|line| line.starts_with('|'));
    let mut listed: Vec<&str> = listed.map(|line| line.split('`').nth(1).unwrap()).collect();
    let mut here: Vec<&str> = rows.iter().map(|row| row.operation).collect();
    here.push("hello");
    for names in [&mut listed, &mut here] {
        names.sort_unstable();
    }
    assert_eq!(listed, here);
}

#[tokio::test]
async fn an_edit_without_changes_lists_the_possible_fields() {
    let (_server, mut two, _) = start().await;
    for (lang, expected) in [("en", "changes nothing"), ("zh", "至少提供")] {
        let edit = json!({"type": "edit_movie", "movie_id": 1, "lang": lang});
        let reply = two.refused(edit, "bad_request").await;
        assert_eq!(reply["field"], "name");
        assert!(reply["msg"].as_str().unwrap().contains(expected), "{reply}");
    }
}
