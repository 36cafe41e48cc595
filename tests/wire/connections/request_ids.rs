//! The name of a request in its reply, in every dialect.

use serde_json::{Value, json};
use youku_server::Client;

use crate::protocol2::Two;
use crate::raw::Raw;
use crate::support::Server;

/// Whether it is a name as the protocol describes it.
fn is_name(id: &Value) -> bool {
    let is_hex = |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    id.as_str().is_some_and(is_hex)
}

async fn name_of(raw: &mut Raw, request: Value) -> Value {
    raw.ask(request).await;
    let id = raw
        .request_id
        .clone()
        .expect("every reply names its request");
    assert!(is_name(&id), "{id}");
    id
}

#[tokio::test]
async fn every_reply_has_a_name_of_its_own() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let of_a_success = name_of(&mut raw, json!({"type": "check_notice"})).await;
    let of_a_refusal = name_of(&mut raw, json!({"type": "check_record"})).await;
    let of_an_unknown = name_of(&mut raw, json!({"type": "dance"})).await;
    let of_hello = name_of(&mut raw, json!({"type": "hello", "proto": 2})).await;
    let of_protocol_2 = name_of(&mut raw, json!({"type": "prices"})).await;
    let names = [
        of_a_success,
        of_a_refusal,
        of_an_unknown,
        of_hello,
        of_protocol_2,
    ];
    for (place, name) in names.iter().enumerate() {
        assert!(!names[..place].contains(name), "{names:?}");
    }
}

#[tokio::test]
async fn a_reply_without_a_request_has_no_name() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    name_of(&mut raw, json!({"type": "check_notice"})).await;
    raw.send_bytes(&(-1_i32).to_le_bytes()).await;
    assert_eq!(raw.receive().await["code"], "frame_too_large");
    assert_eq!(raw.request_id, None);
}

#[tokio::test]
async fn a_client_learns_the_name_of_a_refused_request() {
    let server = Server::start().await;
    let mut two = Two::connect(&server).await;
    two.refused(json!({"type": "whoami"}), "unauthenticated")
        .await;
    let raw = two.raw.request_id.clone().expect("it has a name");
    assert!(is_name(&raw));
    let mut client = Client::connect(server.address).await.unwrap();
    let error = client
        .delete_movie(99)
        .await
        .expect_err("nobody is logged in");
    assert_eq!(error.request_id().map(str::len), Some(16));
}
