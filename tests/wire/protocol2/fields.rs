//! Every operation of protocol 2 with each of its fields, with valid and with invalid values.

mod rows;

use serde_json::{Value, json};
use youku_core::Kind;

use super::Two;
use super::uploads::opening;
use crate::support::Server;
use rows::Shape::{self, Cursor, Digest, Flag, Json, Limit, Number, Text, Texts, UploadId, Word};
use rows::{Known, Row, rows};

/// Values that a field of this shape must not have.
fn bad(shape: Shape) -> Vec<Value> {
    let mut bad = vec![json!({}), json!(1.5)];
    if !matches!(shape, Texts) {
        bad.push(json!([]));
    }
    let more = match shape {
        Number => vec![json!(-1), json!("1"), json!(1_u64 << 63), json!(true)],
        Limit => vec![json!(0), json!(-1), json!("1"), json!(1_u64 << 63)],
        Text => vec![json!(1), json!(true), json!(["a"])],
        UploadId => vec![json!(1), json!("abc")],
        Flag => vec![json!(0), json!("true")],
        Word => vec![json!(1), json!(""), json!("colour"), json!("Admin")],
        Digest => vec![json!(1), json!("abc"), json!("z".repeat(64))],
        Cursor => vec![json!(1), json!(""), json!("1"), json!("colour-1")],
        Texts => vec![json!(1), json!("a"), json!([1]), json!([""])],
        Json => vec![json!(1), json!("{"), json!(["a"])],
    };
    bad.extend(more);
    bad
}

/// An administrator who has a movie, and an upload with all of its bytes.
async fn start() -> (Server, Two, Vec<Row>) {
    let server = Server::start().await;
    let movie = server.add_movies(Kind::Charged, &["a.mp4"]).await[0];
    let mut neo = Two::user(&server, "neo").await;
    let cypher = Two::user(&server, "cypher").await.session;
    let listed = neo.done(json!({"type": "sessions"})).await;
    let neos_session = listed["session_list"][0]["session_id"].clone();
    let neo = neo.done(json!({"type": "whoami"})).await["user_id"].clone();
    let mut two = Two::administrator(&server).await;
    two.done(json!({"type": "charge_vip"})).await;
    let upload = two.done(opening("b.mp4", 5)).await["upload_id"].clone();
    two.send(json!({"type": "upload_chunk", "upload_id": upload, "offset": 0, "len": 5}))
        .await;
    two.raw.send_bytes(b"bytes").await;
    assert_eq!(two.raw.receive().await["offset"], 5);
    let rows = rows(&Known {
        movie,
        upload,
        neo,
        neos_session,
        cypher,
    });
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
