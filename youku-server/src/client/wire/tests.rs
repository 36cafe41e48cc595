use super::*;

fn body(json: &str) -> Result<Vec<u8>> {
    #[derive(Deserialize)]
    struct List {
        list: Vec<u8>,
    }
    ReceivedReply::parse(json.as_bytes())?
        .into_body::<List>()
        .map(|body| body.list)
}

#[test]
fn the_fields_of_an_operation_are_read() {
    let json = r#"{"flag":true,"code":"ok","list":[1]}"#;
    assert_eq!(body(json).unwrap(), [1]);
}

#[test]
fn a_refusal_keeps_code_text_and_wait() {
    let json = r#"{"flag":false,"code":"locked","msg":"wait","retry_after":5}"#;
    let error = body(json).unwrap_err();
    assert_eq!(error.code(), Some(Code::Locked));
    assert_eq!(error.retry_after().unwrap().as_secs(), 5);
    assert_eq!(error.to_string(), "wait");
}

#[test]
fn an_invalid_reply_is_an_error_without_a_code() {
    for json in ["[]", "{}", "{", r#"{"flag":true,"list":"x"}"#] {
        assert_eq!(body(json).unwrap_err().code(), None, "{json}");
    }
}

#[test]
fn an_unknown_code_is_an_internal_error() {
    let error = body(r#"{"flag":false,"code":"novel","msg":"?"}"#).unwrap_err();
    assert_eq!(error.code(), Some(Code::Internal));
}

#[test]
fn a_request_carries_its_type_and_the_session() {
    let message = Message {
        session: Some("s"),
        lang: "en",
        request: &Request::Whoami,
    };
    let expected = serde_json::json!({"type": "whoami", "session": "s", "lang": "en"});
    assert_eq!(serde_json::to_value(message).unwrap(), expected);
}
