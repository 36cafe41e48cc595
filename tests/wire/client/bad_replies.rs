//! Servers that answer something our client did not ask for.

use serde_json::{Value, json};
use tokio::net::TcpListener;
use youku_core::Kind;
use youku_server::client::{Begin, MoviePart};
use youku_server::{Client, ClientError};

use crate::client::operations::movie;
use crate::client::reconnect::{anything, play, scripted};
use crate::support::soon;

/// The reply that announces bytes 2 to 5 of 10.
fn announced() -> Value {
    json!({
        "flag": true, "code": "ok", "file_name": "a.mp4", "movie_size": 10, "offset": 2, "length": 3,
        "sha256": "0a".repeat(32), "wait_time": 0, "price": 0,
    })
}

/// The result of asking for `part` if the reply differs from [`announced`] in `field`.
async fn asked(part: &MoviePart, field: &str, value: Value) -> Result<(), ClientError> {
    let mut reply = announced();
    reply[field] = value;
    ask(part, reply).await
}

async fn ask(part: &MoviePart, reply: Value) -> Result<(), ClientError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move {
        play(&listener, vec![anything()]).await;
        // The second connection belongs to the download.
        play(&listener, vec![anything(), reply]).await;
    });
    let mut client = Client::connect(address).await.unwrap();
    let begun = soon(client.download_part(7, part)).await.map(drop);
    soon(served).await.unwrap();
    begun
}

#[tokio::test]
async fn bytes_that_were_not_asked_for_are_a_bad_reply() {
    let part = MoviePart {
        watch_id: None,
        max_price: 0,
        offset: 2,
        length: Some(3),
        if_sha256: Some("0A".repeat(32)),
    };
    asked(&part, "price", json!(5)).await.unwrap();
    for (field, value) in [
        ("offset", json!(1)),
        ("offset", json!(0)),
        ("length", json!(2)),
        ("length", json!(4)),
        ("movie_size", json!(4)),
        ("movie_size", json!(1)),
        ("sha256", json!("0b".repeat(32))),
    ] {
        let refused = asked(&part, field, value.clone()).await.unwrap_err();
        assert!(refused.is_bad_reply(), "{field} {value}: {refused}");
    }
    // All remaining fields, whatever they are.
    let rest = MoviePart {
        offset: 2,
        ..MoviePart::default()
    };
    asked(&rest, "length", json!(8)).await.unwrap();
    for (field, value) in [
        ("length", json!(7)),
        ("sha256", json!("0a".repeat(31))),
        ("sha256", json!("0a".repeat(33))),
        ("sha256", json!("0g".repeat(32))),
        ("sha256", json!("")),
    ] {
        let mut reply = announced();
        reply["length"] = json!(8);
        reply[field] = value.clone();
        let refused = ask(&rest, reply).await.unwrap_err();
        assert!(refused.is_bad_reply(), "{field} {value}: {refused}");
    }
    let more = MoviePart {
        watch_id: None,
        max_price: 0,
        offset: 2,
        length: Some(100),
        if_sha256: None,
    };
    asked(&more, "length", json!(8)).await.unwrap();
}

/// After such a reply the client cannot know where the next bytes belong.
#[tokio::test]
async fn an_offset_that_is_not_after_the_chunk_is_a_bad_reply() {
    let opened =
        json!({"flag": true, "code": "ok", "upload_id": "u", "offset": 0, "expires_at": 0});
    for offset in [0, 3, 5] {
        let taken = json!({"flag": true, "code": "ok", "offset": offset});
        let replies = vec![anything(), opened.clone(), taken];
        let (address, served) = scripted(replies).await;
        let mut client = Client::connect(address).await.unwrap();
        let new = movie("a.mp4", 4, Kind::Free);
        let Begin::Open(mut upload) = soon(client.open_upload(&new)).await.unwrap() else {
            panic!("it is not listed")
        };
        let sent = soon(client.send_upload(&mut upload, &b"0123"[..])).await;
        assert!(sent.unwrap_err().is_bad_reply(), "{offset}");
        assert_eq!(upload.offset, 0);
        soon(served).await.unwrap();
    }
}

/// If the connection breaks, no more than one chunk is sent again.
#[tokio::test]
async fn an_upload_is_sent_in_chunks_of_eight_mebibytes() {
    const CHUNK: u64 = 8 << 20;
    let size = CHUNK + 1;
    let opened =
        json!({"flag": true, "code": "ok", "upload_id": "u", "offset": 0, "expires_at": 0});
    let taken = |offset: u64| json!({"flag": true, "code": "ok", "offset": offset});
    let (address, served) = scripted(vec![anything(), opened, taken(CHUNK), taken(size)]).await;
    let mut client = Client::connect(address).await.unwrap();
    let new = movie("a.mp4", size, Kind::Free);
    let Begin::Open(mut upload) = soon(client.open_upload(&new)).await.unwrap() else {
        panic!("it is not listed")
    };
    let sent = client.send_upload(&mut upload, tokio::io::repeat(1));
    soon(sent).await.unwrap();
    let requests = soon(served).await.unwrap();
    let chunks: Vec<_> = requests[2..]
        .iter()
        .map(|request| (request["offset"].as_u64(), request["len"].as_u64()))
        .collect();
    assert_eq!(chunks, [(Some(0), Some(CHUNK)), (Some(CHUNK), Some(1))]);
}
