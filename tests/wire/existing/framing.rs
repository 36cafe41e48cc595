//! Lengths, truncated frames and closed connections.

use std::time::Duration;

use serde_json::json;
use youku_server::Limits;

use crate::support::Server;

/// Sends a length and asserts the code of the reply, after which the server closes the connection.
async fn check(length: [u8; 4], code: &str) {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    raw.send_bytes(&length).await;
    let reply = raw.receive().await;
    assert_eq!(
        (&reply["flag"], &reply["code"]),
        (&json!(false), &json!(code)),
        "{length:?}"
    );
    raw.expect_end().await;
    server.connect().await.expect_alive().await;
}

#[tokio::test]
async fn a_length_of_zero_is_a_bad_frame() {
    check(0_i32.to_le_bytes(), "bad_frame").await;
}

#[tokio::test]
async fn lengths_below_zero_and_over_the_limit_are_too_large() {
    for length in [-1, i32::MIN, 65_537, i32::MAX] {
        check(length.to_le_bytes(), "frame_too_large").await;
    }
}

#[tokio::test]
async fn a_big_endian_length_is_too_large() {
    check(300_i32.to_be_bytes(), "frame_too_large").await;
}

#[tokio::test]
async fn the_reply_to_a_bad_length_survives_the_bytes_after_it() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    raw.send_bytes(&i32::MAX.to_le_bytes()).await;
    raw.send_bytes(&[b'x'; 20_000]).await;
    assert_eq!(raw.receive().await["code"], "frame_too_large");
    raw.expect_end().await;
}

#[tokio::test]
async fn a_frame_of_the_longest_length_is_read() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let mut text = br#"{"type": "check_notice"}"#.to_vec();
    text.resize(65_536, b' ');
    raw.send_text(&text).await;
    assert_eq!(raw.receive().await["code"], "ok");
    text.push(b' ');
    raw.send_text(&text).await;
    assert_eq!(raw.receive().await["code"], "frame_too_large");
}

#[tokio::test]
async fn a_frame_in_single_bytes_is_read() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let text = br#"{"type": "check_notice"}"#;
    for byte in i32::try_from(text.len())
        .unwrap()
        .to_le_bytes()
        .iter()
        .chain(text)
    {
        raw.send_bytes(&[*byte]).await;
    }
    assert_eq!(raw.receive().await["code"], "ok");
}

#[tokio::test]
async fn frames_sent_ahead_are_answered_in_order() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let mut both = Vec::new();
    for text in [r#"{"type": "fly"}"#, r#"{"type": "check_notice"}"#] {
        both.extend_from_slice(&i32::try_from(text.len()).unwrap().to_le_bytes());
        both.extend_from_slice(text.as_bytes());
    }
    raw.send_bytes(&both).await;
    let (first, _) = raw.receive_large().await;
    let (second, _) = raw.receive_large().await;
    assert_eq!(
        (&first["code"], &second["code"]),
        (&json!("unknown_type"), &json!("ok"))
    );
}

#[tokio::test]
async fn a_client_that_leaves_does_not_disturb_the_server() {
    let server = Server::start().await;
    for begun in [
        &b""[..],
        b"\x10",
        b"\x10\0\0",
        b"\x10\0\0\0",
        b"\x10\0\0\0{\"type\"",
    ] {
        let mut raw = server.connect().await;
        raw.send_bytes(begun).await;
        raw.end().await;
        raw.expect_end().await;
    }
    server.connect().await.expect_alive().await;
}

#[tokio::test]
async fn many_bad_lengths_at_once_do_not_stop_the_server() {
    let server = Server::start().await;
    let mut attackers = Vec::new();
    for _ in 0..200 {
        let mut raw = server.connect().await;
        raw.send_bytes(&(-1_i32).to_le_bytes()).await;
        attackers.push(raw);
    }
    server.connect().await.expect_alive().await;
    for mut raw in attackers {
        assert_eq!(raw.receive().await["code"], "frame_too_large");
    }
}

#[tokio::test]
async fn a_frame_that_stays_incomplete_ends_the_connection() {
    let frame_time = Duration::from_millis(20);
    let server = Server::with_limits(Limits {
        frame_time,
        ..Limits::default()
    })
    .await;
    let mut raw = server.connect().await;
    raw.send_bytes(b"\x10\0\0\0{").await;
    assert_eq!(raw.receive().await["code"], "bad_frame");
    raw.expect_end().await;
}

#[tokio::test]
async fn a_silent_connection_is_closed_without_a_word() {
    let idle = Duration::from_millis(20);
    let server = Server::with_limits(Limits {
        idle,
        ..Limits::default()
    })
    .await;
    let mut raw = server.connect().await;
    raw.expect_end().await;
}

#[tokio::test]
async fn after_a_log_in_silence_may_last_longer() {
    let limits = Limits {
        idle: Duration::from_secs(1),
        ..Limits::default()
    };
    let server = Server::with_limits(limits).await;
    let mut logged_in = server.user("neo").await;
    let mut silent = server.connect().await;
    silent.expect_end().await;
    logged_in.expect_alive().await;
}
