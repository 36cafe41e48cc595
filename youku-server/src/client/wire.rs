//! The messages as the client writes and reads them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{ClientError, Result};
use crate::Code;
use crate::message::UserType;

/// A request with what every request has.
#[derive(Serialize)]
pub(super) struct Call<'a> {
    pub(super) cookies: Option<&'a str>,
    pub(super) lang: &'static str,
    #[serde(flatten)]
    pub(super) request: Request<'a>,
}

/// The operations, in the spelling of the documents' implementation half.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Request<'a> {
    Register {
        username: &'a str,
        password: &'a str,
        user_type: UserType,
        #[serde(skip_serializing_if = "Option::is_none")]
        invite: Option<&'a str>,
    },
    Login {
        username: &'a str,
        password: &'a str,
        user_type: UserType,
    },
    CheckMovie {
        movie_md5: &'a str,
    },
    UploadMovie {
        movie_name: &'a str,
        movie_size: u64,
        movie_md5: &'a str,
        is_free: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        sha256: Option<&'a str>,
    },
    GetMovieList {
        movie_type: &'static str,
    },
    DeleteMovie {
        movie_id: u64,
    },
    SendNotice {
        title: &'a str,
        content: &'a str,
    },
    ChargeVip,
    DownloadMovie {
        movie_id: u64,
    },
    CheckRecord {
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
    },
    CheckNotice {
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
    },
}

/// A reply without anything of its own.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// What every reply has, and the rest of it.
pub(super) struct Reply {
    common: Common,
    value: serde_json::Value,
}

#[derive(Deserialize)]
struct Common {
    flag: bool,
    code: Option<String>,
    #[serde(default)]
    msg: String,
    field: Option<String>,
    retry_after: Option<u64>,
}

impl Reply {
    pub(super) fn parse(json: &[u8]) -> Result<Self> {
        let value: serde_json::Value = serde_json::from_slice(json).map_err(ClientError::reply)?;
        let common = Common::deserialize(&value).map_err(ClientError::reply)?;
        Ok(Self { common, value })
    }

    /// The operation's own part. An empty list comes without success and with the code `ok`.
    pub(super) fn into_body<B: DeserializeOwned>(self) -> Result<B> {
        let Common {
            flag,
            code,
            msg,
            field,
            retry_after,
        } = self.common;
        let code = code.as_deref().and_then(Code::from_wire);
        if flag || code == Some(Code::Ok) {
            return serde_json::from_value(self.value).map_err(ClientError::reply);
        }
        Err(ClientError::refused(
            code.unwrap_or(Code::Internal),
            msg,
            field,
            retry_after,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(json: &str) -> Result<Vec<u8>> {
        #[derive(Deserialize)]
        struct List {
            list: Vec<u8>,
        }
        Reply::parse(json.as_bytes())?
            .into_body::<List>()
            .map(|body| body.list)
    }

    #[test]
    fn an_empty_list_is_no_error() {
        assert_eq!(
            body(r#"{"flag":true,"code":"ok","list":[1]}"#).unwrap(),
            [1]
        );
        assert!(
            body(r#"{"flag":false,"code":"ok","msg":"none","list":[]}"#)
                .unwrap()
                .is_empty()
        );
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
    fn what_is_no_reply_is_an_error_without_a_code() {
        for json in ["[]", "{}", "{", r#"{"flag":true,"list":"x"}"#] {
            assert_eq!(body(json).unwrap_err().code(), None, "{json}");
        }
    }

    #[test]
    fn a_request_carries_its_type_and_the_session() {
        let call = Call {
            cookies: Some("s"),
            lang: "en",
            request: Request::ChargeVip,
        };
        let expected = serde_json::json!({"type": "charge_vip", "cookies": "s", "lang": "en"});
        assert_eq!(serde_json::to_value(call).unwrap(), expected);
    }
}
