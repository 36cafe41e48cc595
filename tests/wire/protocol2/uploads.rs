//! Uploads of protocol 2: in chunks, over any number of connections, and what the server keeps of them.

use std::time::Duration;

use serde_json::{Value, json};
use youku_core::{Credentials, UploadId};
use youku_server::{Limits, Options};

use super::{Two, sha256};
use crate::support::{PASSWORD, Server};

pub(super) const BYTES: &[u8] = b"There is no spoon. It is not the spoon that bends.";

/// The bytes in the buffers of both ends of a connection.
const MORE_THAN_THE_KERNEL_HOLDS: usize = 48 << 20;

/// An administrator with an upload of `size` bytes, and its id.
pub(super) async fn open(server: &Server, size: usize) -> (Two, Value) {
    let mut admin = Two::administrator(server).await;
    let opened = admin.done(opening("spoon.mp4", size)).await;
    assert_eq!(opened["offset"], 0);
    assert!(opened["expires_at"].is_i64());
    (admin, opened["upload_id"].clone())
}

pub(super) fn opening(name: &str, size: usize) -> Value {
    json!({"type": "upload_open", "name": name, "size": size, "is_free": true})
}

pub(super) fn chunk(id: &Value, offset: u64, len: usize) -> Value {
    json!({"type": "upload_chunk", "upload_id": id, "offset": offset, "len": len})
}

pub(super) fn commit(id: &Value, bytes: &[u8]) -> Value {
    json!({"type": "upload_commit", "upload_id": id, "sha256": sha256(bytes)})
}

pub(super) fn status(id: &Value) -> Value {
    json!({"type": "upload_status", "upload_id": id})
}

impl Two {
    /// Sends a chunk and its bytes, and returns the reply.
    pub(super) async fn chunk(&mut self, request: Value, bytes: &[u8]) -> Value {
        self.send(request).await;
        self.raw.send_bytes(bytes).await;
        self.raw.receive().await
    }

    /// Sends all of `bytes`, starting at `offset`, as one chunk, which the server has to accept.
    async fn rest(&mut self, id: &Value, offset: u64) {
        let bytes = &BYTES[usize::try_from(offset).unwrap()..];
        let reply = self.chunk(chunk(id, offset, bytes.len()), bytes).await;
        assert_eq!(reply["offset"], BYTES.len(), "{reply}");
    }

    /// The offset of the upload.
    async fn offset(&mut self, id: &Value) -> u64 {
        self.done(status(id)).await["offset"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn chunks_become_a_movie() {
    let server = Server::start().await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    let (first, second) = BYTES.split_at(19);
    let reply = admin.chunk(chunk(&id, 0, first.len()), first).await;
    assert_eq!(reply, json!({"flag": true, "code": "ok", "offset": 19}));
    let mut upload = admin.done(status(&id)).await;
    assert!(upload["expires_at"].take().is_i64());
    let expected = json!({
        "flag": true, "code": "ok", "upload_id": id, "name": "spoon.mp4", "size": BYTES.len(),
        "is_free": true, "sha256": null, "offset": 19, "is_resumable": true,
        "expires_at": null,
    });
    assert_eq!(upload, expected);
    let mut checked = chunk(&id, 19, second.len());
    checked["sha256"] = json!(sha256(second));
    assert_eq!(admin.chunk(checked, second).await["offset"], BYTES.len());
    let movie = admin.done(commit(&id, BYTES)).await;
    assert_eq!(
        (&movie["name"], &movie["size"], &movie["is_free"]),
        (&json!("spoon.mp4"), &json!(BYTES.len()), &json!(true))
    );
    assert_eq!(movie["sha256"], sha256(BYTES));
    assert_eq!(server.listed().await, ["spoon.mp4"]);
    admin.refused(status(&id), "upload_gone").await;
    admin.refused(commit(&id, BYTES), "upload_gone").await;
}

#[tokio::test]
async fn bytes_that_are_listed_are_not_sent_again() {
    let server = Server::start().await;
    let (mut admin, first) = open(&server, BYTES.len()).await;
    let second = admin.done(opening("late.mp4", BYTES.len())).await["upload_id"].clone();
    // Both continue over one connection.
    for id in [&first, &second] {
        admin.rest(id, 0).await;
    }
    let movie = admin.done(commit(&first, BYTES)).await;
    let mut announced = opening("again.mp4", BYTES.len());
    announced["sha256"] = json!(sha256(BYTES));
    let reply = admin.done(announced).await;
    let expected = json!({
        "flag": true, "code": "ok", "exists": true, "movie_id": movie["movie_id"],
    });
    assert_eq!(reply, expected);
    let reply = admin.refused(commit(&second, BYTES), "exists").await;
    assert_eq!(reply["movie_id"], movie["movie_id"]);
    assert_eq!(server.listed().await, ["spoon.mp4"]);
}

#[tokio::test]
async fn every_byte_received_before_an_interruption_is_kept() {
    let server = Server::start().await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    admin.send(chunk(&id, 0, BYTES.len())).await;
    admin.raw.send_bytes(&BYTES[..10]).await;
    admin.raw.end().await;
    admin.raw.expect_end().await;
    let mut admin = Two::log_in(&server, "admin").await;
    assert_eq!(admin.offset(&id).await, 10);
    admin.send(chunk(&id, 10, BYTES.len() - 10)).await;
    admin.raw.send_bytes(&BYTES[10..20]).await;
    admin.raw.reset();
    // A reset may discard bytes that the server has not read.
    let mut admin = Two::log_in(&server, "admin").await;
    let reply = admin.chunk(chunk(&id, 1000, 0), b"").await;
    let offset = reply["offset"].as_u64().unwrap();
    assert_eq!(reply["code"], "offset_mismatch");
    assert!((10..=20).contains(&offset), "{reply}");
    admin.rest(&id, offset).await;
    admin.done(commit(&id, BYTES)).await;
}

#[tokio::test]
async fn a_new_handle_takes_over_and_the_old_one_is_notified() {
    let server = Server::start().await;
    let (mut old, id) = open(&server, BYTES.len()).await;
    let mut new = Two::connect(&server).await;
    new.session = old.session.clone();
    old.send(chunk(&id, 0, 30)).await;
    old.raw.send_bytes(&BYTES[..10]).await;
    // The offset of the upload depends on what the server has read by now; it keeps all of that.
    let reply = new.chunk(chunk(&id, 1000, 0), b"").await;
    let offset = reply["offset"].as_u64().unwrap();
    assert_eq!(reply["code"], "offset_mismatch");
    assert!(offset <= 10, "{reply}");
    let told = old.raw.receive().await;
    assert_eq!(
        (&told["flag"], &told["code"]),
        (&json!(false), &json!("interrupted"))
    );
    // The server discards the rest of the chunk.
    old.raw.send_bytes(&BYTES[10..30]).await;
    old.done(json!({"type": "whoami"})).await;
    new.rest(&id, offset).await;
    new.done(commit(&id, BYTES)).await;
    assert_eq!(server.listed().await, ["spoon.mp4"]);
}

#[tokio::test]
async fn a_silent_sender_is_disconnected_and_can_resume() {
    let server = Server::with_limits(Limits {
        body_idle: Duration::from_millis(50),
        ..Limits::default()
    })
    .await;
    let (mut admin, id) = open(&server, BYTES.len()).await;
    admin.send(chunk(&id, 0, BYTES.len())).await;
    admin.raw.send_bytes(&BYTES[..5]).await;
    admin.raw.expect_end().await;
    let mut admin = Two::log_in(&server, "admin").await;
    let offset = admin.offset(&id).await;
    assert!(offset <= 5);
    admin.rest(&id, offset).await;
    admin.done(commit(&id, BYTES)).await;
}

#[tokio::test]
async fn a_shutdown_says_so_and_keeps_the_offset() {
    let options = Options {
        grace: Duration::from_millis(20),
        ..Options::default()
    };
    let mut server = Server::with(options).await;
    let (mut admin, id) = open(&server, MORE_THAN_THE_KERNEL_HOLDS + 1).await;
    admin
        .send(chunk(&id, 0, MORE_THAN_THE_KERNEL_HOLDS + 1))
        .await;
    // Once these bytes are sent the server has read a part of them.
    admin
        .raw
        .send_bytes(&vec![1; MORE_THAN_THE_KERNEL_HOLDS])
        .await;
    let youku = server.youku.clone();
    server.stop();
    assert_eq!(admin.raw.receive().await["code"], "shutting_down");
    admin.raw.expect_end().await;
    server.ended().await;
    let credentials = Credentials {
        username: "admin".into(),
        password: PASSWORD.into(),
        role: None,
        peer: String::new(),
    };
    let session = youku.login(credentials).await.unwrap();
    let id: UploadId = id.as_str().unwrap().parse().unwrap();
    let kept = session.admin().await.unwrap().upload_status(&id).await;
    assert!(kept.unwrap().offset > 0);
}

#[tokio::test]
async fn uploads_are_found_again_until_they_end() {
    let server = Server::start().await;
    let (mut admin, first) = open(&server, BYTES.len()).await;
    let second = admin.done(opening("b.mp4", 9)).await["upload_id"].clone();
    admin.rest(&first, 0).await;
    let mut admin = Two::log_in(&server, "admin").await;
    let list = admin.done(json!({"type": "uploads"})).await["upload_list"].clone();
    assert_eq!(
        [
            &list[0]["upload_id"],
            &list[1]["upload_id"],
            &list[0]["offset"],
            &list[1]["size"]
        ],
        [&first, &second, &json!(BYTES.len()), &json!(9)]
    );
    let abort = json!({"type": "upload_abort", "upload_id": second});
    for _ in 0..2 {
        let reply = admin.done(abort.clone()).await;
        assert_eq!(reply, json!({"flag": true, "code": "ok"}));
    }
    admin.refused(status(&second), "upload_gone").await;
    server.clock.advance(Duration::from_secs(23 * 3600));
    admin.done(json!({"type": "whoami"})).await;
    server.clock.advance(Duration::from_secs(3600));
    for request in [status(&first), commit(&first, BYTES), chunk(&first, 0, 0)] {
        admin.refused(request, "upload_gone").await;
    }
    let list = admin.done(json!({"type": "uploads"})).await;
    assert_eq!(list, json!({"flag": true, "code": "ok", "upload_list": []}));
}
