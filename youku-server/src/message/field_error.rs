//! What each field of a request must be, as a text that says how to correct it.

use youku_core::Rule;

use crate::Language;
use crate::message::{Protocol, rule};

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldError {
    /// It is missing.
    Missing,
    /// It has another type, or a word or number that is not allowed.
    Wrong,
    /// The request has it in both of its spellings.
    Twice,
    /// The operation has no such field. It has these, in addition to those of every request.
    Unknown(&'static [&'static str]),
    /// Its value breaks a rule of the service.
    Broken(Box<Rule>),
}

impl FieldError {
    /// A sentence that says what to send instead.
    pub(crate) fn explain(&self, field: &str, language: Language, protocol: Protocol) -> String {
        let (english, chinese) = expected(field, protocol);
        match (self, language) {
            (Self::Missing, Language::English) => {
                format!("`{field}` is missing: it must be {english}")
            }
            (Self::Wrong, Language::English) => format!("`{field}` must be {english}"),
            (Self::Twice, Language::English) => {
                format!("`{field}` is given in both of its spellings; send only one")
            }
            (Self::Unknown([]), Language::English) => {
                format!("unknown field `{field}`: this operation has no fields")
            }
            (Self::Unknown(known), Language::English) => {
                format!("unknown field `{field}`; expected {}", list(known, ", "))
            }
            (Self::Broken(rule), Language::English) => format!("`{field}` {rule}"),
            (Self::Missing, Language::Chinese) => format!("缺少字段`{field}`，须为{chinese}"),
            (Self::Wrong, Language::Chinese) => format!("字段`{field}`须为{chinese}"),
            (Self::Twice, Language::Chinese) => format!("字段`{field}`的两种写法只能使用一种"),
            (Self::Unknown([]), Language::Chinese) => {
                format!("未知字段`{field}`，该操作不需要任何字段")
            }
            (Self::Unknown(known), Language::Chinese) => {
                format!("未知字段`{field}`，可用字段：{}", list(known, "、"))
            }
            (Self::Broken(rule), Language::Chinese) => rule::chinese(field, rule),
        }
    }
}

/// A list of names of fields.
fn list(fields: &[&str], separator: &str) -> String {
    let quoted: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
    quoted.join(separator)
}

/// The type of a field on the wire, in English and in Chinese. The rules for its value are the
/// service's.
fn expected(field: &str, protocol: Protocol) -> (&'static str, &'static str) {
    match (field, protocol) {
        ("user_type", _) => ("`admin` or `user`", "`admin`或`user`"),
        ("movie_type", Protocol::Existing(_)) => (
            "`all`, `free`, or `pay` (also spelled `charge`)",
            "`all`、`free`或`pay`（也可写作`charge`）",
        ),
        ("movie_type", Protocol::Two) => ("`all`, `free` or `charged`", "`all`、`free`或`charged`"),
        ("is_free", Protocol::Existing(_)) => {
            ("`0` (free) or `1` (paid)", "`0`（免费）或`1`（收费）")
        }
        ("is_free" | "wait", Protocol::Two) => ("`true` or `false`", "`true`或`false`"),
        (
            "movie_id" | "delete_movie_id" | "movie_size" | "file_size" | "user_id" | "size"
            | "offset" | "len",
            _,
        )
        | ("after", Protocol::Existing(_)) => (
            "a whole number from 0 to 9223372036854775807",
            "0到9223372036854775807之间的整数",
        ),
        ("limit", _) => ("a whole number, 1 or more", "不小于1的整数"),
        ("proto", _) => ("the number `2`", "数字`2`"),
        ("caps", _) => ("a list of at most 64 texts", "最多64个文本的列表"),
        ("session" | "cookies", _) => (
            "the text that `login` returned as `session`, or null",
            "登录时返回的`session`文本或null",
        ),
        _ => ("a text", "文本"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: &FieldError, field: &str, protocol: Protocol, english: &str, chinese: &str) {
        assert_eq!(error.explain(field, Language::English, protocol), english);
        assert_eq!(error.explain(field, Language::Chinese, protocol), chinese);
    }

    #[test]
    fn a_field_error_says_what_to_send() {
        let existing = Protocol::default();
        check(
            &FieldError::Missing,
            "user_type",
            existing,
            "`user_type` is missing: it must be `admin` or `user`",
            "缺少字段`user_type`，须为`admin`或`user`",
        );
        check(
            &FieldError::Wrong,
            "is_free",
            existing,
            "`is_free` must be `0` (free) or `1` (paid)",
            "字段`is_free`须为`0`（免费）或`1`（收费）",
        );
        check(
            &FieldError::Wrong,
            "is_free",
            Protocol::Two,
            "`is_free` must be `true` or `false`",
            "字段`is_free`须为`true`或`false`",
        );
        check(
            &FieldError::Twice,
            "username",
            existing,
            "`username` is given in both of its spellings; send only one",
            "字段`username`的两种写法只能使用一种",
        );
        check(
            &FieldError::Unknown(&["session", "sort"]),
            "srot",
            Protocol::Two,
            "unknown field `srot`; expected `session`, `sort`",
            "未知字段`srot`，可用字段：`session`、`sort`",
        );
        check(
            &FieldError::Unknown(&[]),
            "sort",
            Protocol::Two,
            "unknown field `sort`: this operation has no fields",
            "未知字段`sort`，该操作不需要任何字段",
        );
    }
}
