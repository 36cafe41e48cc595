//! Notices: administrators publish them, everyone can read them.

use serde_json::{Value, json};

use crate::raw::Raw;
use crate::support::Server;

fn notice(title: &str, content: &str) -> Value {
    json!({"type": "send_notice", "title": title, "content": content})
}

async fn notices(raw: &mut Raw) -> Value {
    raw.ask(json!({"type": "check_notice"})).await["notice_list"].clone()
}

#[tokio::test]
async fn a_notice_is_read_without_a_log_in() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let reply = raw.ask(notice("停电", "今晚维护")).await;
    assert_eq!(
        reply,
        json!({"flag": true, "code": "ok", "msg": "【停电】公告发布成功!"})
    );
    let mut reader = server.connect().await;
    let reply = reader.ask(json!({"type": "check_notice"})).await;
    assert_eq!(
        (&reply["flag"], &reply["code"]),
        (&json!(true), &json!("ok"))
    );
    let row = reply["notice_list"][0].as_array().unwrap();
    assert_eq!(
        (row.len(), &row[0], &row[1]),
        (3, &json!("停电"), &json!("今晚维护"))
    );
    let now = youku_core::Clock::now(&server.clock);
    assert_eq!(row[2], json!(now.strftime("%Y-%m-%d %H:%M:%S").to_string()));
}

#[tokio::test]
async fn no_notices_are_not_a_success() {
    let server = Server::start().await;
    let reply = server
        .connect()
        .await
        .ask(json!({"type": "check_notice"}))
        .await;
    let expected = json!({"flag": false, "code": "ok", "msg": "还没有公告", "notice_list": []});
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn a_dead_session_does_not_hide_the_notices() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let reply = raw
        .ask(json!({"type": "check_notice", "cookies": "dead"}))
        .await;
    assert_eq!(reply["code"], "ok");
}

#[tokio::test]
async fn titles_and_texts_have_their_lengths() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    assert_eq!(
        raw.ask(notice(&"字".repeat(15), &"字".repeat(100))).await["flag"],
        true
    );
    for (title, content, field) in [
        ("字".repeat(16), "c".to_owned(), "title"),
        (String::new(), "c".to_owned(), "title"),
        ("t".to_owned(), "字".repeat(101), "content"),
        ("t".to_owned(), String::new(), "content"),
    ] {
        let reply = raw
            .expect_refusal(notice(&title, &content), "bad_request")
            .await;
        assert_eq!(reply["field"], field);
    }
    assert_eq!(notices(&mut raw).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn many_notices_come_in_replies_that_old_clients_can_read() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    for number in 0..120 {
        raw.ask(notice(&format!("notice {number}"), &"字".repeat(100)))
            .await;
    }
    let mut titles = Vec::new();
    let mut request = json!({"type": "check_notice"});
    loop {
        raw.send(request.clone()).await;
        let (reply, size) = raw.receive_large().await;
        assert!(size <= 16 * 1024, "{size}");
        let rows = reply["notice_list"].as_array().unwrap();
        titles.extend(rows.iter().map(|row| row[0].as_str().unwrap().to_owned()));
        match &reply["next"] {
            Value::Null => break,
            next => request["after"] = next.clone(),
        }
    }
    let newest_first: Vec<String> = (0..120).rev().map(|n| format!("notice {n}")).collect();
    assert_eq!(titles, newest_first);
}
