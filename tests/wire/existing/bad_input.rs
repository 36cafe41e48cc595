//! Invalid requests: each is answered, and the connection continues, unless it is unknown
//! how many bytes follow.

use serde_json::{Value, json};

use crate::raw::{login, register, upload};
use crate::support::Server;

/// Sends a text in a frame and asserts the code of the reply.
async fn check(text: &[u8], code: &str, field: Option<&str>) {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    raw.send_text(text).await;
    let reply = raw.receive().await;
    let shown = String::from_utf8_lossy(text);
    assert_eq!(
        (&reply["flag"], &reply["code"]),
        (&json!(false), &json!(code)),
        "{shown}"
    );
    assert_eq!(reply["field"], json!(field), "{shown}");
    raw.expect_alive().await;
}

#[tokio::test]
async fn text_that_is_not_json() {
    for text in [
        &b"{"[..],
        b"hello",
        b"{'type': 'login'}",
        b"{\"type\": \"login\",}",
        b"\xef\xbb\xbf{\"type\": \"check_notice\"}",
        b"{\"type\": \"check_notice\", \"x\": NaN}",
        b"{\"type\": \"check\xff\"}",
        br#"{"type": "\ud800"}"#,
        br#"{"type": "check_notice"}{}"#,
    ] {
        check(text, "bad_json", None).await;
    }
}

#[tokio::test]
async fn json_nested_200_deep() {
    let nested = format!(
        r#"{{"type": "check_notice", "x": {}{}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    check(nested.as_bytes(), "bad_json", None).await;
}

#[tokio::test]
async fn json_that_is_not_an_object_or_repeats_a_key() {
    for text in [
        "[]",
        "1",
        "null",
        "\"check_notice\"",
        "[{\"type\": \"check_notice\"}]",
    ] {
        check(text.as_bytes(), "bad_request", None).await;
    }
    let twice = br#"{"type": "check_notice", "type": "check_notice"}"#;
    check(twice, "bad_request", None).await;
}

#[tokio::test]
async fn an_operation_that_does_not_exist() {
    check(br#"{"type": "fly"}"#, "unknown_type", None).await;
    check(br#"{"type": ""}"#, "unknown_type", None).await;
    check(b"{}", "unknown_type", None).await;
    check(br#"{"type": 7}"#, "bad_request", Some("type")).await;
    check(br#"{"type": null}"#, "bad_request", Some("type")).await;
}

#[tokio::test]
async fn a_file_header_without_an_operation() {
    check(
        br#"{"file_name": "a.txt", "file_size": 0}"#,
        "unknown_type",
        None,
    )
    .await;
}

#[tokio::test]
async fn both_spellings_of_one_field() {
    let both =
        br#"{"type": "login", "username": "a", "name": "a", "password": "p", "user_type": "user"}"#;
    check(both, "bad_request", Some("username")).await;
    let both = br#"{"type": "check_notice", "cookies": null, "session": null}"#;
    check(both, "bad_request", Some("cookies")).await;
}

/// Leaves out every field of `request` once and gives it the wrong type once.
async fn check_fields(request: Value, fields: &[&str], wrong: &[Value]) {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    for field in fields {
        let mut without = request.clone();
        without.as_object_mut().unwrap().remove(*field);
        let reply = raw.expect_refusal(without, "bad_request").await;
        assert_eq!(reply["field"], *field);
        for value in wrong {
            let mut mistyped = request.clone();
            mistyped[field] = value.clone();
            let reply = raw.expect_refusal(mistyped, "bad_request").await;
            assert_eq!(reply["field"], *field);
        }
    }
    raw.expect_alive().await;
}

#[tokio::test]
async fn missing_and_mistyped_texts() {
    let wrong = [
        json!(null),
        json!(1),
        json!(true),
        json!(["a"]),
        json!({"a": 1}),
    ];
    let account = ["username", "password", "user_type"];
    check_fields(register("neo", "user"), &account, &wrong).await;
    check_fields(login("neo", "p", "user"), &account, &wrong).await;
    let check_movie = json!({"type": "check_movie", "movie_md5": "x"});
    check_fields(check_movie, &["movie_md5"], &wrong).await;
    let notice = json!({"type": "send_notice", "title": "t", "content": "c"});
    check_fields(notice, &["title", "content"], &wrong).await;
    let list = json!({"type": "get_movie_list", "movie_type": "all"});
    check_fields(list, &["movie_type"], &wrong).await;
}

/// Values that are not a number from 0 to 2^63 - 1.
fn no_numbers() -> [Value; 9] {
    let too_large: Value = serde_json::from_str("9223372036854775808").unwrap();
    [
        json!(null),
        json!(-1),
        json!(1.5),
        too_large,
        json!("one"),
        json!("-1"),
        json!(""),
        json!(true),
        json!([1]),
    ]
}

#[tokio::test]
async fn missing_and_mistyped_numbers() {
    let wrong = no_numbers();
    let delete = json!({"type": "delete_movie", "movie_id": 1});
    check_fields(delete, &["movie_id"], &wrong).await;
    let download = json!({"type": "download_movie", "movie_id": 1});
    check_fields(download, &["movie_id"], &wrong).await;
    let upload = upload("a", 0, 0);
    check_fields(upload.clone(), &["is_free"], &wrong).await;
    check_fields(upload, &["is_free"], &[json!(2), json!("yes")]).await;
}

/// The server must not read the following bytes as requests.
#[tokio::test]
async fn an_upload_whose_size_cannot_be_read() {
    let server = Server::start().await;
    let sized = |key: &str, value: Value| {
        let mut request = upload("a", 0, 0);
        request[key] = value;
        request
    };
    let mut requests: Vec<Value> = no_numbers().map(|size| sized("movie_size", size)).into();
    requests.push(sized("file_size", json!(24)));
    let mut without = upload("a", 0, 0);
    without.as_object_mut().unwrap().remove("movie_size");
    requests.push(without);
    for request in requests {
        let mut raw = server.connect().await;
        let mut bytes = Vec::new();
        for text in [
            request.to_string(),
            json!({"type": "check_notice"}).to_string(),
        ] {
            bytes.extend_from_slice(&i32::try_from(text.len()).unwrap().to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        raw.send_bytes(&bytes).await;
        let reply = raw.receive().await;
        assert_eq!(
            (&reply["code"], &reply["field"]),
            (&json!("bad_request"), &json!("movie_size")),
            "{request}"
        );
        raw.expect_end().await;
    }
}

#[tokio::test]
async fn words_outside_the_allowed_choices() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let reply = raw
        .expect_refusal(register("neo", "king"), "bad_request")
        .await;
    assert_eq!(reply["field"], "user_type");
    let list = json!({"type": "get_movie_list", "movie_type": "new"});
    let reply = raw.expect_refusal(list, "bad_request").await;
    assert_eq!(reply["field"], "movie_type");
    let cookies = json!({"type": "charge_vip", "cookies": 5});
    let reply = raw.expect_refusal(cookies, "bad_request").await;
    assert_eq!(reply["field"], "cookies");
}

#[tokio::test]
async fn a_password_that_is_far_too_long() {
    let server = Server::start().await;
    let mut raw = server.connect().await;
    let mut request = login("neo", &"x".repeat(60_000), "user");
    for operation in ["login", "register"] {
        request["type"] = json!(operation);
        let reply = raw.ask(request.clone()).await;
        assert_eq!(
            (&reply["code"], &reply["field"]),
            (&json!("bad_request"), &json!("password"))
        );
    }
    request["password"] = json!("x".repeat(1_000_000));
    raw.send(request).await;
    assert_eq!(raw.receive().await["code"], "frame_too_large");
}

/// A header that cannot be read, followed by bytes that look like a request but must not be read as one.
#[tokio::test]
async fn bytes_after_an_unreadable_header() {
    let inside = register("eve", "user").to_string();
    let size = inside.len() + 4;
    for (header, code) in [
        (
            format!(
                r#"{{"type":"upload_movie","movie_name":"caf\udce9.mp4","movie_size":{size}}}"#
            ),
            "bad_json",
        ),
        (
            format!(r#"{{"type":"upload_movie","movie_size":{size},"movie_size":{size}}}"#),
            "bad_request",
        ),
        (
            format!(r#"{{"file_name":"a.mp4","file_size":{size}}}"#),
            "unknown_type",
        ),
    ] {
        let server = Server::start().await;
        let mut raw = server.connect().await;
        raw.send_text(header.as_bytes()).await;
        raw.send_text(inside.as_bytes()).await;
        assert_eq!(raw.receive().await["code"], json!(code), "{header}");
        match code {
            // The request says how many bytes follow; the server reads and discards them.
            "unknown_type" => raw.expect_alive().await,
            _ => raw.expect_end().await,
        }
        // No user has registered the name.
        let mut other = server.connect().await;
        other.send(register("eve", "user")).await;
        assert_eq!(other.receive().await["flag"], json!(true), "{header}");
    }
}
