//! Uploads whose bytes follow the request at once.

use serde_json::json;

use crate::raw::upload;
use crate::support::Server;

#[tokio::test]
async fn an_uploaded_movie_is_listed() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let reply = raw.upload("黑客帝国.mp4", b"all the bytes", 1).await;
    assert_eq!(
        (&reply["flag"], &reply["msg"]),
        (&json!(true), &json!("电影【黑客帝国.mp4】上传成功!"))
    );
    let list = raw
        .ask(json!({"type": "get_movie_list", "movie_type": "pay"}))
        .await;
    assert_eq!(
        list["movie_list"],
        json!([["黑客帝国.mp4", reply["movie_id"], "收费"]])
    );
}

#[tokio::test]
async fn a_movie_of_many_buffers_is_downloaded_unchanged() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let bytes: Vec<u8> = (0..3_000_001_u32)
        .map(|n| n.to_le_bytes()[n as usize % 3])
        .collect();
    let id = raw.upload("large.mp4", &bytes, 0).await["movie_id"].clone();
    raw.ask(json!({"type": "charge_vip"})).await;
    let reply = raw
        .ask(json!({"type": "download_movie", "movie_id": id}))
        .await;
    assert_eq!(reply["movie_size"], bytes.len());
    assert!(
        raw.receive_bytes(bytes.len()).await == bytes,
        "the bytes differ"
    );
    raw.expect_alive().await;
}

#[tokio::test]
async fn sizes_and_flags_are_taken_as_strings() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let mut request = upload("a.mp4", 5, 0);
    request["movie_size"] = json!("5");
    request["is_free"] = json!("1");
    raw.send(request).await;
    raw.send_bytes(b"bytes").await;
    assert_eq!(raw.receive().await["flag"], true);
    let list = raw
        .ask(json!({"type": "get_movie_list", "movie_type": "pay"}))
        .await;
    assert_eq!(list["movie_list"][0][0], "a.mp4");
}

#[tokio::test]
async fn a_name_with_path_parts_is_text() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let reply = raw
        .upload("../../etc/passwd", b"not a password file", 0)
        .await;
    assert_eq!(server.listed().await, ["../../etc/passwd"]);
    raw.ask(json!({"type": "charge_vip"})).await;
    let download = json!({"type": "download_movie", "movie_id": reply["movie_id"]});
    assert_eq!(raw.ask(download).await["movie_name"], "passwd");
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_lists_nothing() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    raw.send(upload("half.mp4", 1000, 0)).await;
    raw.send_bytes(&[1; 500]).await;
    raw.end().await;
    raw.expect_end().await;
    assert_eq!(server.listed().await, [""; 0]);
}

#[tokio::test]
async fn bytes_beyond_the_promise_break_the_framing_and_not_the_movie() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    raw.send(upload("a.mp4", 5, 0)).await;
    raw.send_bytes(b"bytes and more").await;
    assert_eq!(raw.receive().await["flag"], true);
    assert_eq!(raw.receive().await["code"], "frame_too_large");
    raw.expect_end().await;
    assert_eq!(server.listed().await, ["a.mp4"]);
}

#[tokio::test]
async fn a_whole_digest_is_checked_before_the_movie_is_listed() {
    let server = Server::start().await;
    let mut raw = server.administrator().await;
    let mut request = upload("a.mp4", 5, 0);
    request["sha256"] = json!("0".repeat(64));
    raw.send(request).await;
    raw.send_bytes(b"bytes").await;
    assert_eq!(raw.receive().await["code"], "checksum_mismatch");
    raw.expect_alive().await;
    assert_eq!(server.listed().await, [""; 0]);
}
