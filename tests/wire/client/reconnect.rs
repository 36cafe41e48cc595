//! What our client sends again when its connection breaks, and what it never sends again.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use youku_core::{Kind, NewMovie};
use youku_server::client::Begin;
use youku_server::terminal::download;
use youku_server::{Client, Connection, Frame, Language};

use crate::support::{PATIENCE, soon};

/// A server that answers `answers` requests after `hello` over each connection, reads one more, and then closes the
/// connection. It reports every request that it reads.
pub(crate) async fn unreliable(answers: usize) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let tell = tell.clone();
            tokio::spawn(async move { answer_some(stream, answers, &tell).await });
        }
    });
    (address, told)
}

async fn answer_some(stream: TcpStream, answers: usize, tell: &mpsc::UnboundedSender<String>) {
    let mut connection = Connection::new(stream, PATIENCE);
    for _ in 0..=answers {
        if answer(&mut connection, tell).await.is_none() {
            break;
        }
    }
    // Read but not answered.
    if let Ok(Some(json)) = connection.read_frame(65_536, PATIENCE).await {
        let _ = tell.send(name(&json));
    }
}

async fn answer(
    connection: &mut Connection<TcpStream>,
    tell: &mpsc::UnboundedSender<String>,
) -> Option<()> {
    let json = connection.read_frame(65_536, PATIENCE).await.ok()??;
    let reply = anything();
    connection
        .write_frame(&Frame::encode(&reply).ok()?)
        .await
        .ok()?;
    let _ = tell.send(name(&json));
    Some(())
}

/// An object that many requests accept as a reply.
pub(crate) fn anything() -> Value {
    json!({
        "flag": true, "code": "ok", "proto": 2, "max_frame": 65_536, "max_size": 1000,
        "movie_list": [], "next": null, "member_until": 0, "price": 0,
    })
}

/// A server that gives these replies over its first connection, one for each request, after the
/// bytes that the request announces. Returns the requests in their order.
pub(crate) async fn scripted(replies: Vec<Value>) -> (SocketAddr, JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = async move { play(&listener, replies).await };
    (address, tokio::spawn(serving))
}

/// Accepts one connection, answers each request on it with the next of these replies, and then closes it.
pub(crate) async fn play(listener: &TcpListener, replies: Vec<Value>) -> Vec<Value> {
    let (stream, _) = listener.accept().await.unwrap();
    let mut connection = Connection::new(stream, PATIENCE);
    let mut requests = Vec::new();
    for reply in replies {
        let json = connection.read_frame(65_536, PATIENCE).await;
        let request: Value = serde_json::from_slice(&json.unwrap().unwrap()).unwrap();
        let announced = match request["type"].as_str() {
            Some("upload_chunk") => request["len"].as_u64().unwrap(),
            _ => 0,
        };
        let mut bytes = vec![0; usize::try_from(announced).unwrap()];
        let mut read = 0;
        while read < bytes.len() {
            read += connection.read_body(&mut bytes[read..]).await.unwrap();
        }
        requests.push(request);
        let reply = Frame::encode(&reply).unwrap();
        connection.write_frame(&reply).await.unwrap();
    }
    requests
}

/// The operation that a request names.
fn name(json: &[u8]) -> String {
    let request: Value = serde_json::from_slice(json).unwrap();
    request["type"].as_str().unwrap().to_owned()
}

pub(crate) fn all(told: &mut mpsc::UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| told.try_recv().ok()).collect()
}

#[tokio::test]
async fn a_list_is_requested_again_over_a_new_connection() {
    let (address, mut told) = unreliable(1).await;
    let mut client = Client::connect(address).await.unwrap();
    for _ in 0..2 {
        assert!(soon(client.movies(None)).await.unwrap().is_empty());
    }
    let list = "get_movie_list";
    assert_eq!(all(&mut told), ["hello", list, list, "hello", list]);
}

#[tokio::test]
async fn a_purchase_is_never_sent_twice() {
    let (address, mut told) = unreliable(0).await;
    let mut client = Client::connect(address).await.unwrap();
    let bought = soon(client.renew_membership(0)).await;
    assert!(bought.unwrap_err().is_connection_lost());
    assert_eq!(all(&mut told), ["hello", "charge_vip"]);
    assert!(!client.is_connected());
}

#[tokio::test]
async fn before_a_purchase_a_closed_connection_is_reestablished() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, mut told) = mpsc::unbounded_channel();
    let (closed, wait) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        answer(&mut Connection::new(stream, PATIENCE), &tell).await;
        let _ = closed.send(());
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = Connection::new(stream, PATIENCE);
        answer(&mut connection, &tell).await;
        answer(&mut connection, &tell).await;
    });
    let mut client = Client::connect(address).await.unwrap();
    soon(wait).await.unwrap();
    soon(client.renew_membership(0)).await.unwrap();
    assert_eq!(all(&mut told), ["hello", "hello", "charge_vip"]);
}

#[tokio::test]
async fn a_purchase_with_a_key_is_requested_again() {
    let (address, mut told) = unreliable(0).await;
    let mut client = Client::connect(address).await.unwrap();
    let bought = soon(client.renew_membership_once("key", 0)).await;
    assert!(bought.unwrap_err().is_connection_lost());
    let again = ["hello", "charge_vip", "hello", "charge_vip"];
    assert_eq!(all(&mut told), again);
}

/// An invalid reply would not become valid if the client sent the request again.
#[tokio::test]
async fn a_transfer_is_not_tried_again_after_a_bad_reply() {
    let movie = json!({
        "flag": true, "code": "ok", "file_name": "a.mp4", "movie_size": 4, "offset": 0, "length": 4,
        "sha256": "0".repeat(64), "wait_time": 0, "price": 0,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move {
        play(&listener, vec![anything()]).await;
        // The bytes of the movie do not come.
        play(&listener, vec![anything(), movie]).await;
        play(&listener, vec![json!({})]).await;
    });
    let mut client = Client::connect(address).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let saved = download(&mut client, 7, folder.path(), 0, Language::English);
    let failed = soon(saved).await.unwrap_err();
    assert!(failed.is_bad_reply() && !failed.is_connection_lost());
    soon(served).await.unwrap();
}

/// A session must not be sent to a different server that happens to listen on the same address.
#[tokio::test]
async fn the_session_is_not_sent_before_the_reply_to_hello() {
    let (address, served) = scripted(vec![anything(), anything()]).await;
    let client = Client::builder(address).session("secret");
    let mut client = client.connect().await.unwrap();
    soon(client.movies(None)).await.unwrap();
    let requests = soon(served).await.unwrap();
    assert_eq!(requests[0]["type"], "hello");
    assert!(
        !requests[0].to_string().contains("secret"),
        "{}",
        requests[0]
    );
    assert_eq!(requests[1]["session"], "secret");
}

/// Another connection may have delivered more bytes than were saved when the client asked for the list.
#[tokio::test]
async fn no_bytes_of_an_upload_are_sent_before_it_is_known_where_they_go() {
    let announced = json!({
        "upload_id": "u", "name": "a.mp4", "size": 10, "is_free": true, "sha256": "s",
        "offset": 2, "expires_at": 0,
    });
    let list = json!({"flag": true, "code": "ok", "upload_list": [announced]});
    let there = json!({"flag": false, "code": "offset_mismatch", "msg": "no", "offset": 6});
    let taken = json!({"flag": true, "code": "ok", "offset": 10});
    let (address, served) = scripted(vec![anything(), list, there, taken]).await;
    let mut client = Client::connect(address).await.unwrap();
    let movie = NewMovie {
        sha256: Some("s".into()),
        ..crate::client::operations::movie("a.mp4", 10, Kind::Free)
    };
    let begun = soon(client.resume_upload(&movie)).await.unwrap();
    let Begin::Open(mut upload) = begun else {
        panic!("it is not listed")
    };
    assert_eq!(upload.offset, 6);
    let rest = &b"0123456789"[6..];
    soon(client.send_upload(&mut upload, rest)).await.unwrap();
    let requests = soon(served).await.unwrap();
    let chunks: Vec<_> = requests[2..]
        .iter()
        .map(|request| (&request["type"], &request["offset"], &request["len"]))
        .collect();
    let chunk = &json!("upload_chunk");
    assert_eq!(
        chunks,
        [(chunk, &json!(2), &json!(0)), (chunk, &json!(6), &json!(4))]
    );
}

#[tokio::test]
async fn an_upload_over_another_connection_is_taken_over_before_its_bytes_are_sent() {
    let opened = json!({
        "flag": true, "code": "ok", "upload_id": "u", "offset": 0, "expires_at": 0,
    });
    let received = |offset: u64| json!({"flag": true, "code": "ok", "offset": offset});
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (closed, wait) = tokio::sync::oneshot::channel();
    let served = tokio::spawn(async move {
        play(&listener, vec![anything(), opened]).await;
        let _ = closed.send(());
        play(&listener, vec![anything(), received(0), received(4)]).await
    });
    let mut client = Client::connect(address).await.unwrap();
    let movie = crate::client::operations::movie("a.mp4", 4, Kind::Free);
    let Begin::Open(mut upload) = soon(client.open_upload(&movie)).await.unwrap() else {
        panic!("it is not listed")
    };
    soon(wait).await.unwrap();
    let sent = client.send_upload(&mut upload, &b"0123"[..]);
    soon(sent).await.unwrap();
    let requests = soon(served).await.unwrap();
    let lengths: Vec<_> = requests[1..]
        .iter()
        .map(|request| &request["len"])
        .collect();
    assert_eq!(lengths, [&json!(0), &json!(4)]);
}

#[tokio::test]
async fn a_call_that_is_dropped_costs_the_connection_and_nothing_else() {
    let server = crate::support::Server::start().await;
    let mut client = Client::connect(server.address).await.unwrap();
    let mut call = Box::pin(client.notices());
    // Polled after it has started, when no reply can have arrived yet.
    tokio::select! {
        biased;
        _ = &mut call => panic!("no reply was sent yet"),
        () = std::future::ready(()) => {}
    }
    drop(call);
    assert!(!client.is_connected());
    assert!(soon(client.notices()).await.unwrap().is_empty());
}
