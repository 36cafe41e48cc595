//! Refusals: why the server did not carry out a request, as the client gets it.

use std::fmt;
use std::time::Duration;

use serde::de;

use youku_core::Rule;

use crate::message::{FieldError, NamedText, Protocol, Text, whole_seconds};
use crate::{Code, FrameError, Language};

/// How many bytes of the name of a field a refusal repeats.
const MAX_FIELD: usize = 64;

/// A refusal, which is the error of every command. The client gets a code and a safe text; the cause
/// has been logged where it arose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    code: Code,
    text: Text,
    /// More exact texts, where there are any.
    detail: Option<Box<str>>,
    chinese: Option<Box<str>>,
    field: Option<Box<str>>,
    field_error: Option<FieldError>,
    retry_after: Option<Duration>,
    numbers: Vec<(&'static str, u64)>,
}

impl Refusal {
    /// A refusal with the text of its code.
    pub(crate) fn new(code: Code) -> Self {
        let text = Text::Of(code);
        Self {
            code,
            text,
            detail: None,
            chinese: None,
            field: None,
            field_error: None,
            retry_after: None,
            numbers: Vec::new(),
        }
    }

    pub(crate) fn bad_json() -> Self {
        Self::new(Code::BadJson)
    }

    pub(crate) fn not_an_object() -> Self {
        Self::new(Code::BadRequest).detail("send one JSON object with different keys")
    }

    pub(crate) fn unknown_type() -> Self {
        Self::new(Code::UnknownType)
    }

    /// A field that is not what it must be.
    pub(crate) fn bad_field(field: &str) -> Self {
        Self::with_field_error(field, FieldError::Wrong)
    }

    /// A field that the operation does not know; it knows `fields`.
    pub(crate) fn unknown_field(field: &str, fields: &'static [&'static str]) -> Self {
        let shown = &field[..field.floor_char_boundary(MAX_FIELD)];
        Self::with_field_error(shown, FieldError::Unknown(fields))
    }

    fn with_field_error(field: &str, field_error: FieldError) -> Self {
        Self {
            field_error: Some(field_error),
            ..Self::new(Code::BadRequest).for_field(field)
        }
    }

    /// A field whose value breaks a rule of the service.
    pub(crate) fn broken(field: &str, rule: &Rule) -> Self {
        Self::with_field_error(field, FieldError::Broken(Box::new(rule.clone())))
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated)
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(Code::Forbidden)
    }

    /// The same refusal with a text specific to the command.
    pub(crate) fn with_text(mut self, text: Text) -> Self {
        self.text = text;
        self.detail = None;
        self.chinese = None;
        self.field_error = None;
        self
    }

    /// The same refusal with a text about something with a name.
    pub(crate) fn with_name(self, text: NamedText, name: &str) -> Self {
        self.detail(text.of(name, Language::English))
            .in_chinese(text.of(name, Language::Chinese))
    }

    /// The same refusal, with the field's name in this request: the service calls it `field`.
    pub(crate) fn rename_field(self, field: &str, name: &str) -> Self {
        if self.field() == Some(field) {
            self.for_field(name)
        } else {
            self
        }
    }

    /// The same refusal, which names the field at fault. It uses the field's first spelling, that of
    /// the Python course project's implementation half, even if the client uses another.
    pub(crate) fn for_field(mut self, field: &str) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same refusal with one more field, if there is a number for it: the id of the movie that
    /// already exists, or the offset from which to resume.
    pub(crate) fn with(mut self, field: &'static str, number: Option<u64>) -> Self {
        self.numbers.extend(number.map(|number| (field, number)));
        self
    }

    /// The same refusal with a more exact English text.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into().into());
        self
    }

    /// The same refusal with a more exact Chinese text.
    pub(crate) fn in_chinese(mut self, text: String) -> Self {
        self.chinese = Some(text.into());
        self
    }

    pub(crate) fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    pub(crate) fn code(&self) -> Code {
        self.code
    }

    pub(crate) fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    pub(crate) fn numbers(&self) -> &[(&'static str, u64)] {
        &self.numbers
    }

    /// After how many seconds to retry, rounded up.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(whole_seconds)
    }

    /// The text for a person.
    pub(crate) fn message(&self, language: Language, protocol: Protocol) -> String {
        let text = self.text.in_language(language, protocol);
        let separator = match language {
            Language::English => ": ",
            Language::Chinese => "：",
        };
        let exact = match language {
            Language::English => &self.detail,
            Language::Chinese => &self.chinese,
        };
        match (exact, &self.field, &self.field_error) {
            (Some(exact), ..) => exact.to_string(),
            (None, Some(field), Some(error @ FieldError::Broken(_))) => {
                error.explain(field, language, protocol)
            }
            (None, Some(field), Some(field_error)) => {
                let problem = field_error.explain(field, language, protocol);
                format!("{text}{separator}{problem}")
            }
            (None, Some(field), None) => format!("{text}{separator}`{field}`"),
            (None, None, _) => text.to_owned(),
        }
    }
}

impl From<&FrameError> for Refusal {
    fn from(error: &FrameError) -> Self {
        let code = match error {
            FrameError::TooLarge { .. } => Code::FrameTooLarge,
            _ => Code::BadFrame,
        };
        Self::new(code).detail(error.to_string())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English, Protocol::default()))
    }
}

impl std::error::Error for Refusal {}

/// For the mistakes that serde finds in the fields of a request.
impl de::Error for Refusal {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new(Code::BadRequest)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::unknown_type()
    }

    fn missing_field(field: &'static str) -> Self {
        Self::with_field_error(field, FieldError::Missing)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::with_field_error(field, FieldError::Twice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Dialect;

    #[test]
    fn the_text_follows_language_and_protocol() {
        let refusal = Refusal::unauthenticated();
        let check = |language, protocol, expected: &str| {
            assert_eq!(refusal.message(language, protocol), expected);
        };
        let dialect = Protocol::Existing;
        let implementation = dialect(Dialect::Implementation);
        check(Language::Chinese, implementation, "请先登录!");
        check(Language::Chinese, dialect(Dialect::Design), "请先登录");
        check(Language::English, Protocol::Two, "log in first");
    }

    #[test]
    fn the_text_says_how_to_correct_a_field() {
        let refusal = Refusal::bad_field("title");
        assert_eq!(
            refusal.message(Language::Chinese, Protocol::default()),
            "请求有误：字段`title`须为文本"
        );
        assert_eq!(
            refusal.to_string(),
            "the request is invalid: `title` must be a text"
        );
    }

    #[test]
    fn a_wait_is_rounded_up_to_seconds() {
        let after = |millis| {
            let wait = Some(Duration::from_millis(millis));
            Refusal::new(Code::Locked)
                .retry_after(wait)
                .retry_after_seconds()
        };
        assert_eq!(after(1), Some(1));
        assert_eq!(after(2000), Some(2));
        assert_eq!(after(2001), Some(3));
    }
}
