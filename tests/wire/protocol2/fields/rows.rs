//! The table of operations, with the fields of each and values that are valid.

use serde_json::{Value, json};

use crate::protocol2::sha256;
use crate::protocol2::uploads::opening;
use crate::support::PASSWORD;

/// The required shape of a field.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Number,
    Limit,
    Text,
    UploadId,
    Flag,
    Word,
    Digest,
    Cursor,
    Texts,
    Json,
}

use Shape::{Cursor, Digest, Flag, Json, Limit, Number, Text, Texts, UploadId, Word};

/// An operation and its fields. Fields with a `?` are optional.
pub(super) struct Row {
    pub(super) operation: &'static str,
    pub(super) fields: &'static [(&'static str, Shape)],
    pub(super) good: Value,
}

fn row(operation: &'static str, fields: &'static [(&'static str, Shape)], mut good: Value) -> Row {
    good["type"] = json!(operation);
    Row {
        operation,
        fields,
        good,
    }
}

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

/// What exists when the table is made.
pub(super) struct Known {
    pub(super) movie: u64,
    pub(super) upload: Value,
    /// The id of a user, and of a session of theirs.
    pub(super) neo: Value,
    pub(super) neos_session: Value,
    /// The session of another user.
    pub(super) cypher: Value,
}

/// Every operation except `hello`. An administrator carries out all of them, one after the
/// other.
pub(super) fn rows(known: &Known) -> Vec<Row> {
    let (movie, upload) = (known.movie, &known.upload);
    let (neo, cypher) = (&known.neo, &known.cypher);
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
        row(
            "sessions",
            &[("user_id?", Number), ("limit?", Limit), ("after?", Cursor)],
            json!({"user_id": neo, "limit": 1}),
        ),
        row(
            "end_session",
            &[("session_id", Number), ("user_id?", Number)],
            json!({"session_id": known.neos_session, "user_id": neo}),
        ),
        row("export", &[("user_id?", Number)], json!({"user_id": neo})),
        row(
            "delete_account",
            &[("password", Text)],
            json!({"password": PASSWORD, "session": cypher}),
        ),
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
        row("delete_user", USER, json!({"user_id": neo})),
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
