//! Reasons for which protocol 2 refuses an upload; the connection continues after each refusal.

use serde_json::{Value, json};
use youku_core::Policy;

use super::uploads::{BYTES, chunk, commit, open, opening, status};
use super::{Two, sha256};
use crate::support::{Server, policy};

/// Sends a chunk with its bytes at once and asserts the refusal, and that the connection continues.
async fn check(two: &mut Two, request: Value, bytes: &[u8], code: &str) -> Value {
    let text = request.to_string();
    let reply = two.chunk(request, bytes).await;
    assert_eq!(
        (&reply["flag"], &reply["code"]),
        (&json!(false), &json!(code)),
        "{text}: {reply}"
    );
    two.raw.expect_alive().await;
    reply
}

#[tokio::test]
async fn a_chunk_at_the_wrong_offset_changes_nothing() {
    let server = Server::start().await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    admin.chunk(chunk(&id, 0, 10), &BYTES[..10]).await;
    for offset in [0, 9, 11, i64::MAX.unsigned_abs()] {
        let request = chunk(&id, offset, 10);
        let reply = check(&mut admin, request, &BYTES[..10], "offset_mismatch").await;
        assert_eq!(reply["offset"], 10);
    }
    admin
        .chunk(chunk(&id, 10, BYTES.len() - 10), &BYTES[10..])
        .await;
    admin.done(commit(&id, BYTES)).await;
}

#[tokio::test]
async fn a_chunk_with_a_wrong_digest_is_discarded() {
    let server = Server::start().await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    admin.chunk(chunk(&id, 0, 10), &BYTES[..10]).await;
    let mut request = chunk(&id, 10, BYTES.len() - 10);
    request["sha256"] = json!(sha256(&BYTES[10..]));
    let wrong = vec![7; BYTES.len() - 10];
    let reply = check(&mut admin, request.clone(), &wrong, "checksum_mismatch").await;
    assert_eq!(reply["offset"], 10);
    let reply = admin.chunk(request, &BYTES[10..]).await;
    assert_eq!(reply["offset"], BYTES.len());
    admin.done(commit(&id, BYTES)).await;
}

#[tokio::test]
async fn other_bytes_than_those_announced_are_never_listed() {
    let server = Server::start().await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    let reply = admin.refused(commit(&id, BYTES), "interrupted").await;
    assert_eq!(reply["offset"], 0);
    admin.chunk(chunk(&id, 0, BYTES.len()), BYTES).await;
    let reply = admin
        .refused(commit(&id, b"other"), "checksum_mismatch")
        .await;
    assert_eq!(reply.get("movie_id"), None);
    admin.refused(status(&id), "upload_gone").await;
    assert_eq!(server.listed().await, [""; 0]);
}

#[tokio::test]
async fn more_bytes_than_were_announced_are_refused() {
    let server = Server::start().await;
    let (mut admin, id) = open(&server, 5).await;
    check(&mut admin, chunk(&id, 0, 6), b"123456", "too_large").await;
    assert_eq!(admin.done(status(&id)).await["offset"], 0);
    // Bytes after the chunk are not part of it, but the next frame.
    admin.send(chunk(&id, 0, 5)).await;
    admin.raw.send_bytes(b"12345\0\0\0\0").await;
    assert_eq!(admin.raw.receive().await["offset"], 5);
    assert_eq!(admin.raw.receive().await["code"], "bad_frame");
    admin.raw.expect_end().await;
    let mut admin = Two::log_in(&server, "admin").await;
    admin.done(commit(&id, b"12345")).await;
}

#[tokio::test]
async fn movies_that_do_not_fit_are_refused_before_their_bytes() {
    let check = async |change: Policy, code: &str| {
        let server = Server::with_policy(change).await;
        let mut admin = Two::administrator(&server).await;
        admin.refused(opening("a.mp4", 100), code).await;
        let uploads = admin.done(json!({"type": "uploads"})).await;
        assert_eq!(uploads["upload_list"], json!([]));
    };
    let most = Policy {
        max_movie_bytes: 99,
        ..policy()
    };
    check(most, "too_large").await;
    let quota = Policy {
        quota_bytes: Some(99),
        ..policy()
    };
    check(quota, "quota_exceeded").await;
    let full = Policy {
        min_free_bytes: u64::MAX / 2,
        ..policy()
    };
    check(full, "no_space").await;
}

#[tokio::test]
async fn invalid_fields_are_named() {
    let server = Server::start().await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    let no_numbers = [
        json!(-1),
        json!(1.5),
        json!("1"),
        json!(1_u64 << 63),
        Value::Null,
    ];
    let mut wrong = vec![
        ("upload_open", "name", json!("")),
        ("upload_open", "is_free", json!(0)),
        ("upload_open", "size", json!(0)),
        ("upload_open", "sha256", json!("abc")),
        ("upload_commit", "sha256", json!("abc")),
        ("upload_commit", "sha256", Value::Null),
        ("upload_status", "upload_id", json!("abc")),
        ("upload_abort", "upload_id", json!(1)),
        ("upload_chunk", "upload_id", json!("abc")),
        ("upload_chunk", "sha256", json!("abc")),
    ];
    for value in no_numbers {
        wrong.push(("upload_open", "size", value.clone()));
        wrong.push(("upload_chunk", "offset", value));
    }
    for (operation, field, value) in wrong {
        let mut request = match operation {
            "upload_open" => opening("a.mp4", 10),
            "upload_chunk" => chunk(&id, 0, 4),
            "upload_commit" => commit(&id, BYTES),
            operation => json!({"type": operation, "upload_id": id}),
        };
        request[field] = value;
        let bytes: &[u8] = match operation {
            "upload_chunk" => b"1234",
            _ => b"",
        };
        let reply = check(&mut admin, request, bytes, "bad_request").await;
        assert_eq!(reply["field"], field, "{operation}: {reply}");
    }
    assert_eq!(admin.done(status(&id)).await["offset"], 0);
}

#[tokio::test]
async fn when_the_length_is_unknown_the_connection_ends() {
    let server = Server::start().await;
    for len in [
        json!(-1),
        json!(1.5),
        json!(1_u64 << 63),
        json!([4]),
        Value::Null,
    ] {
        let mut two = Two::connect(&server).await;
        let mut request = chunk(&json!("00112233445566778899aabbccddeeff"), 0, 0);
        request["len"] = len;
        let reply = two.refused(request, "bad_request").await;
        assert_eq!(reply["field"], "len");
        two.raw.expect_end().await;
    }
    // The same holds before `hello`, when the operation does not exist.
    let mut raw = server.connect().await;
    let mut request = chunk(&Value::Null, 0, 4);
    raw.send(request.clone()).await;
    raw.send_bytes(b"1234").await;
    assert_eq!(raw.receive().await["code"], "unknown_type");
    raw.expect_alive().await;
    request["len"] = Value::Null;
    raw.expect_refusal(request, "unknown_type").await;
    raw.expect_end().await;
}

#[tokio::test]
async fn an_upload_belongs_to_its_user_only() {
    let server = Server::start().await;
    let (_admin, id) = open(&server, BYTES.len()).await;
    server.create_admin("other").await;
    let mut other = Two::log_in(&server, "other").await;
    let mut user = Two::user(&server, "neo").await;
    let requests = [status(&id), chunk(&id, 0, 4), commit(&id, BYTES)];
    for request in requests.clone() {
        let bytes = &b"1234"[..request["len"].as_u64().map_or(0, |_| 4)];
        check(&mut other, request, bytes, "upload_gone").await;
    }
    let abort = json!({"type": "upload_abort", "upload_id": id});
    other.done(abort.clone()).await;
    let more = [opening("a.mp4", 4), json!({"type": "uploads"}), abort];
    for mut request in requests.into_iter().chain(more) {
        let bytes = &b"1234"[..request["len"].as_u64().map_or(0, |_| 4)];
        check(&mut user, request.clone(), bytes, "forbidden").await;
        request["session"] = Value::Null;
        check(&mut user, request, bytes, "unauthenticated").await;
    }
    let mut admin = Two::log_in(&server, "admin").await;
    assert_eq!(admin.done(status(&id)).await["offset"], 0);
}
