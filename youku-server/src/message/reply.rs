//! The common shape of every reply.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};

use crate::message::{Protocol, Refusal};
use crate::{Code, Language};

/// A reply: whether the request succeeded, the code, the text for a person, and then the fields of
/// the operation.
#[derive(Debug, Serialize)]
pub(crate) struct Reply<B = NoFields> {
    flag: bool,
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    msg: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(flatten)]
    numbers: Numbers,
    #[serde(flatten)]
    body: B,
}

/// No fields in addition to the common ones, of a request or a reply.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NoFields {}

/// Further fields that are numbers.
#[derive(Debug, Default)]
struct Numbers(Vec<(&'static str, u64)>);

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl Reply {
    /// A success that consists of a text.
    pub(crate) fn done(text: &'static str) -> Self {
        Self::with(NoFields {}).with_text(text)
    }

    /// A success without further fields.
    pub(crate) fn empty() -> Self {
        Self::with(NoFields {})
    }

    /// The reply to a refused request.
    pub(crate) fn refused(refusal: &Refusal, language: Language, protocol: Protocol) -> Self {
        Self {
            flag: false,
            code: refusal.code(),
            msg: Some(refusal.message(language, protocol).into()),
            field: refusal.field().map(str::to_owned),
            retry_after: refusal.retry_after_seconds(),
            numbers: Numbers(refusal.numbers().to_vec()),
            body: NoFields {},
        }
    }
}

impl<B: Serialize> Reply<B> {
    /// A success with the operation's own fields.
    pub(crate) fn with(body: B) -> Self {
        Self {
            flag: true,
            code: Code::Ok,
            msg: None,
            field: None,
            retry_after: None,
            numbers: Numbers::default(),
            body,
        }
    }

    /// A list. With entries it is a success with the operation's fields. Without any, `flag` is
    /// `false` and there is a text: that is how the existing clients recognize an empty list.
    pub(crate) fn list(body: B, empty: bool, if_empty: &'static str) -> Self {
        let reply = Self::with(body);
        if empty {
            Self {
                flag: false,
                ..reply.with_text(if_empty)
            }
        } else {
            reply
        }
    }

    /// Adds a text for a person.
    pub(crate) fn with_text(self, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            msg: Some(text.into()),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{json, to_value};

    use super::*;

    #[derive(Serialize)]
    struct Names {
        names: Vec<&'static str>,
    }

    #[test]
    fn the_fields_of_the_operation_follow_the_common_ones() {
        let reply = Reply::with(Names { names: vec!["a"] });
        let expected = json!({"flag": true, "code": "ok", "names": ["a"]});
        assert_eq!(to_value(reply).unwrap(), expected);
    }

    #[test]
    fn an_empty_list_is_not_a_success() {
        let reply = Reply::list(Names { names: vec![] }, true, "none yet");
        let expected = json!({"flag": false, "code": "ok", "msg": "none yet", "names": []});
        assert_eq!(to_value(reply).unwrap(), expected);
    }

    #[test]
    fn a_refusal_says_code_text_field_and_wait() {
        let refusal = Refusal::bad_field("title").retry_after(Some(Duration::from_secs(3)));
        let reply = Reply::refused(&refusal, Language::English, Protocol::default());
        let expected = json!({
            "flag": false, "code": "bad_request", "field": "title", "retry_after": 3,
            "msg": "the request is invalid: `title` must be a text",
        });
        assert_eq!(to_value(reply).unwrap(), expected);
    }
}
