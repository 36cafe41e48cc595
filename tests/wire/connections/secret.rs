//! A listener that asks for a shared secret: a peer that does not know it gets no frame read.

use std::time::Duration;

use tokio::net::TcpListener;
use youku_core::Youku;
use youku_server::{CHALLENGE_BYTES, Limits, Listener, Options, SharedSecret, run};

use crate::raw::Raw;
use crate::support::{Server, soon};

/// The secret that both sides know; the same secret with both hash functions.
const SECRET: &str = "Tell nobody!";

fn secrets() -> [SharedSecret; 2] {
    [SharedSecret::md5(SECRET), SharedSecret::sha256(SECRET)]
}

async fn server(secret: &SharedSecret) -> Server {
    let asking = |socket| Listener::new(socket).secret(secret.clone());
    Server::listening(Options::default(), asking).await
}

async fn challenge(raw: &mut Raw) -> Vec<u8> {
    raw.receive_bytes(CHALLENGE_BYTES).await
}

#[tokio::test]
async fn a_client_that_knows_the_secret_is_served() {
    for secret in secrets() {
        let server = server(&secret).await;
        let mut raw = server.connect().await;
        soon(secret.answer(&mut raw.stream)).await.unwrap();
        raw.expect_alive().await;
    }
}

/// The bytes of the client in the Python course project, which computes the answer itself, with its first request in the same
/// segment.
#[tokio::test]
async fn the_first_frame_may_travel_with_the_answer() {
    for secret in secrets() {
        let server = server(&secret).await;
        let mut raw = server.connect().await;
        let mut bytes = secret.answer_to(&challenge(&mut raw).await);
        bytes.extend(b"\x17\0\0\0{\"type\":\"check_notice\"}");
        raw.send_bytes(&bytes).await;
        assert_eq!(raw.receive().await["code"], "ok");
    }
}

#[tokio::test]
async fn a_wrong_answer_ends_the_connection() {
    for secret in secrets() {
        let server = server(&secret).await;
        let mut raw = server.connect().await;
        let mut answer = secret.answer_to(&challenge(&mut raw).await);
        *answer.last_mut().unwrap() ^= 1;
        raw.send_bytes(&answer).await;
        raw.expect_end().await;
    }
}

#[tokio::test]
async fn the_other_hash_function_is_a_wrong_answer() {
    let [md5, sha256] = secrets();
    for (asked, answered) in [(&md5, &sha256), (&sha256, &md5)] {
        let server = server(asked).await;
        let mut raw = server.connect().await;
        let answer = answered.answer_to(&challenge(&mut raw).await);
        raw.send_bytes(&answer).await;
        // The shorter one is complete only when its sender shuts down.
        raw.end().await;
        raw.expect_end().await;
    }
}

#[tokio::test]
async fn a_short_answer_ends_the_connection() {
    for secret in secrets() {
        let server = server(&secret).await;
        let mut raw = server.connect().await;
        let answer = secret.answer_to(&challenge(&mut raw).await);
        raw.send_bytes(&answer[1..]).await;
        raw.end().await;
        raw.expect_end().await;
    }
}

#[tokio::test]
async fn an_answer_is_good_for_one_connection() {
    for secret in secrets() {
        let server = server(&secret).await;
        let mut first = server.connect().await;
        let answer = secret.answer_to(&challenge(&mut first).await);
        first.send_bytes(&answer).await;
        first.expect_alive().await;
        let mut second = server.connect().await;
        challenge(&mut second).await;
        second.send_bytes(&answer).await;
        second.expect_end().await;
    }
}

#[tokio::test]
async fn a_frame_is_a_wrong_answer_and_is_not_read() {
    for secret in secrets() {
        let server = server(&secret).await;
        let mut raw = server.connect().await;
        challenge(&mut raw).await;
        raw.send_bytes(
            &[
                b"\x24\0\0\0{\"type\":\"check_notice\"}",
                [b' '; 13].as_slice(),
            ]
            .concat(),
        )
        .await;
        raw.expect_end().await;
    }
}

#[tokio::test]
async fn a_client_that_does_not_answer_in_time_is_disconnected() {
    for secret in secrets() {
        let limits = Limits {
            handshake: Duration::from_millis(20),
            ..Limits::default()
        };
        let options = Options {
            limits,
            ..Options::default()
        };
        let asking = |socket| Listener::new(socket).secret(secret.clone());
        let server = Server::listening(options, asking).await;
        let mut raw = server.connect().await;
        challenge(&mut raw).await;
        raw.send_bytes(&[0; 15]).await;
        raw.expect_end().await;
    }
}

/// The shutdown does not wait for a client that has not answered yet, and the client does not wait for the shutdown.
#[tokio::test]
async fn a_server_ends_while_an_answer_is_awaited() {
    let [secret, _] = secrets();
    let mut server = server(&secret).await;
    let mut raw = server.connect().await;
    challenge(&mut raw).await;
    server.stop();
    raw.expect_end().await;
    server.ended().await;
}

#[tokio::test]
async fn each_listener_has_its_own_rule() {
    let youku = Youku::builder()
        .database("sqlite::memory:")
        .movies("memory:///");
    let youku = youku.open().await.unwrap();
    let sockets = [
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
    ];
    let addresses = sockets
        .each_ref()
        .map(|socket| socket.local_addr().unwrap());
    let [open, asking] = sockets;
    let [secret, _] = secrets();
    let listeners = vec![
        Listener::new(open),
        Listener::new(asking).secret(secret.clone()),
    ];
    let running = run(listeners, youku, Options::default(), std::future::pending());
    let running = tokio::spawn(running);
    // Twice, so that neither listener succeeds only because it came first.
    for _ in 0..2 {
        let mut raw = Raw::connect(addresses[1]).await;
        soon(secret.answer(&mut raw.stream)).await.unwrap();
        raw.expect_alive().await;
        Raw::connect(addresses[0]).await.expect_alive().await;
    }
    running.abort();
}
