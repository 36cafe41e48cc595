//! The upload that a connection holds open from one chunk to the next, and the sessions that name that upload over it.

use serde_json::{Value, json};
use youku_core::Policy;

use super::Two;
use super::uploads::{BYTES, chunk, commit, open, status};
use crate::support::{Server, policy};

/// A server where a user may have several sessions, and an upload of `admin` with its first 10 bytes.
async fn start() -> (Server, Two, Value) {
    let server = Server::with_policy(Policy {
        one_session_per_user: false,
        ..policy()
    })
    .await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    let reply = admin.chunk(chunk(&id, 0, 10), &BYTES[..10]).await;
    assert_eq!(reply["offset"], 10);
    (server, admin, id)
}

/// `request` with its own session.
fn of(session: &Value, mut request: Value) -> Value {
    request["session"] = session.clone();
    request
}

#[tokio::test]
async fn two_sessions_of_a_user_send_one_upload_in_turns() {
    let (server, mut admin, id) = start().await;
    let sessions = [admin.session.clone(), admin.new_session("admin").await];
    assert_ne!(sessions[0], sessions[1]);
    for (start, session) in (10..BYTES.len()).step_by(10).zip(sessions.iter().cycle()) {
        let bytes = &BYTES[start..start + 10];
        let request = of(session, chunk(&id, start as u64, bytes.len()));
        let reply = admin.chunk(request, bytes).await;
        assert_eq!(reply["offset"], start + 10, "{reply}");
    }
    admin.done(of(&sessions[1], commit(&id, BYTES))).await;
    assert_eq!(server.listed().await, ["spoon.mp4"]);
}

#[tokio::test]
async fn an_upload_is_continued_by_the_session_that_asks_and_not_by_the_one_before() {
    let (server, mut admin, id) = start().await;
    let first = admin.session.clone();
    admin.session = admin.new_session("admin").await;
    admin.done(of(&first, json!({"type": "logout"}))).await;
    let reply = admin.chunk(chunk(&id, 10, 10), &BYTES[10..20]).await;
    assert_eq!(reply["offset"], 20, "{reply}");
    // An ended session can do nothing, although the connection holds the upload.
    for request in [chunk(&id, 20, 0), commit(&id, BYTES), status(&id)] {
        admin.refused(of(&first, request), "unauthenticated").await;
    }
    let rest = &BYTES[20..];
    let reply = admin.chunk(chunk(&id, 20, rest.len()), rest).await;
    assert_eq!(reply["offset"], BYTES.len(), "{reply}");
    admin.done(commit(&id, BYTES)).await;
    assert_eq!(server.listed().await, ["spoon.mp4"]);
}

#[tokio::test]
async fn an_upload_that_a_connection_holds_belongs_to_its_user_only() {
    let (server, mut admin, id) = start().await;
    server.create_admin("other").await;
    let other = admin.new_session("other").await;
    for request in [chunk(&id, 10, 0), commit(&id, BYTES), status(&id)] {
        admin.refused(of(&other, request), "upload_gone").await;
    }
    let abort = json!({"type": "upload_abort", "upload_id": id});
    admin.done(of(&other, abort)).await;
    let rest = &BYTES[10..];
    let reply = admin.chunk(chunk(&id, 10, rest.len()), rest).await;
    assert_eq!(reply["offset"], BYTES.len(), "{reply}");
    admin.done(commit(&id, BYTES)).await;
    assert_eq!(server.listed().await, ["spoon.mp4"]);
}
