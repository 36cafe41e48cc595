use serde::Deserialize;

use crate::Code;
use crate::message::field::*;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Sample {
    #[serde(alias = "sign_in")]
    Login(Login),
    CheckNotice(Nothing),
}

#[derive(Debug, Deserialize, PartialEq)]
struct Login {
    #[serde(alias = "name")]
    username: String,
    user_type: Option<Kind>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Nothing {}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Admin,
}

fn read(json: &str) -> Result<Sample, (Code, Option<String>)> {
    let fields = Fields::parse(json.as_bytes()).unwrap();
    fields
        .request()
        .map_err(|error: Refusal| (error.code(), error.field().map(str::to_owned)))
}

fn refused(json: &str, code: Code, field: Option<&str>) {
    assert_eq!(
        read(json).unwrap_err(),
        (code, field.map(str::to_owned)),
        "{json}"
    );
}

#[test]
fn type_chooses_the_variant_and_aliases_are_accepted() {
    let login = Sample::Login(Login {
        username: "a".into(),
        user_type: Some(Kind::Admin),
    });
    assert_eq!(
        read(r#"{"type": "sign_in", "name": "a", "user_type": "admin"}"#),
        Ok(login)
    );
}

#[test]
fn null_counts_as_missing_and_unknown_fields_are_ignored() {
    let login = Sample::Login(Login {
        username: "a".into(),
        user_type: None,
    });
    let json = r#"{"type": "login", "is_vip": [1], "username": "a", "user_type": null}"#;
    assert_eq!(read(json), Ok(login));
    assert_eq!(
        read(r#"{"type": "check_notice"}"#),
        Ok(Sample::CheckNotice(Nothing {}))
    );
}

#[test]
fn a_missing_operation_is_an_unknown_type() {
    refused(r#"{"type": "fly"}"#, Code::UnknownType, None);
    refused(
        r#"{"file_name": "a", "file_size": 1}"#,
        Code::UnknownType,
        None,
    );
    refused(r#"{"type": 5}"#, Code::BadRequest, Some("type"));
}

#[test]
fn a_wrong_field_is_named() {
    refused(r#"{"type": "login"}"#, Code::BadRequest, Some("username"));
    refused(
        r#"{"type": "login", "name": 5}"#,
        Code::BadRequest,
        Some("name"),
    );
    refused(
        r#"{"type": "login", "username": ["a"]}"#,
        Code::BadRequest,
        Some("username"),
    );
    refused(
        r#"{"type": "login", "username": null}"#,
        Code::BadRequest,
        Some("username"),
    );
    let json = r#"{"type": "login", "username": "a", "user_type": "king"}"#;
    refused(json, Code::BadRequest, Some("user_type"));
}

#[test]
fn both_spellings_of_one_field_are_refused() {
    let json = r#"{"type": "login", "username": "a", "name": "a"}"#;
    refused(json, Code::BadRequest, Some("username"));
}
