//! What each field of a request must be, as a text that says how to correct it.

use crate::Language;
use crate::message::Protocol;

/// What is wrong with a field, before its value is checked against any rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldError {
    /// It is missing.
    Missing,
    /// It has another type, or a word or number that is not allowed.
    Wrong,
    /// The request has it in both of its spellings.
    Twice,
    /// The operation has no such field. It has these, in addition to those of every request.
    Unknown(&'static [&'static str]),
}

impl FieldError {
    /// A sentence that says what to send instead.
    pub(crate) fn explain(self, field: &str, language: Language, protocol: Protocol) -> String {
        let (english, chinese) = expected(field, protocol);
        match (self, language) {
            (Self::Missing, Language::English) => {
                format!("`{field}` is missing: it must be {english}")
            }
            (Self::Wrong, Language::English) => format!("`{field}` must be {english}"),
            (Self::Twice, Language::English) => {
                format!("`{field}` is there in both of its spellings: send one of them")
            }
            (Self::Missing, Language::Chinese) => format!("缺少字段`{field}`,须为{chinese}"),
            (Self::Wrong, Language::Chinese) => format!("字段`{field}`须为{chinese}"),
            (Self::Unknown([]), Language::English) => {
                format!("there is no field `{field}` here: leave it out, this operation has none")
            }
            (Self::Unknown([]), Language::Chinese) => {
                format!("没有字段`{field}`,此操作没有字段,请去掉它")
            }
            (Self::Unknown(known), Language::English) => {
                format!(
                    "there is no field `{field}` here: take one of {}",
                    list(known, ", ")
                )
            }
            (Self::Unknown(known), Language::Chinese) => {
                format!("没有字段`{field}`,可用的字段: {}", list(known, "、"))
            }
            (Self::Twice, Language::Chinese) => format!("字段`{field}`的两种写法只能用一种"),
        }
    }
}

/// A list of names of fields.
fn list(fields: &[&str], separator: &str) -> String {
    let quoted: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
    quoted.join(separator)
}

/// The shape of a field in English and in Chinese.
fn expected(field: &str, protocol: Protocol) -> (&'static str, &'static str) {
    match (field, protocol) {
        ("user_type", _) => ("`admin` or `user`", "`admin`或`user`"),
        ("movie_type", Protocol::Existing(_)) => (
            "`all`, `free`, or `pay` (also spelled `charge`)",
            "`all`、`free`或`pay`(也可写作`charge`)",
        ),
        ("movie_type", Protocol::Two) => ("`all`, `free` or `charged`", "`all`、`free`或`charged`"),
        ("is_free", Protocol::Existing(_)) => {
            ("`0` (free) or `1` (charged)", "`0`(免费)或`1`(收费)")
        }
        ("is_free" | "wait", Protocol::Two) => ("`true` or `false`", "`true`或`false`"),
        (
            "movie_id" | "delete_movie_id" | "movie_size" | "file_size" | "user_id" | "size"
            | "offset" | "len",
            _,
        )
        | ("after", Protocol::Existing(_)) => (
            "a whole number from 0 to 9223372036854775807",
            "0到9223372036854775807的整数",
        ),
        ("upload_id", _) => (
            "the text that `upload_open` gave as `upload_id`",
            "`upload_open`所得的`upload_id`文本",
        ),
        ("limit", _) => ("a whole number, 1 or more", "不小于1的整数"),
        ("after", Protocol::Two) => (
            "the text that an earlier page of the same list, in the same order, gave as `next`",
            "同一列表、同一顺序的上一页的`next`文本",
        ),
        ("sort", _) => (
            "`oldest`, `newest`, `name`, `name_descending`, `smallest` or `largest`",
            "`oldest`、`newest`、`name`、`name_descending`、`smallest`或`largest`",
        ),
        ("proto", _) => ("the number `2`", "数字`2`"),
        ("caps", _) => ("a list of at most 64 texts", "至多64个文本的列表"),
        ("sha256" | "if_sha256", _) => ("64 hexadecimal characters", "64个十六进制字符"),
        ("session" | "cookies", _) => (
            "the text that a log-in gave as `session`, or null",
            "登录所得的`session`文本或null",
        ),
        _ => ("a text", "文本"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_says_what_to_send() {
        let check = |field_error: FieldError, field, protocol, expected: &str| {
            assert_eq!(
                field_error.explain(field, Language::English, protocol),
                expected
            );
        };
        let existing = Protocol::default();
        check(
            FieldError::Missing,
            "title",
            existing,
            "`title` is missing: it must be a text",
        );
        check(
            FieldError::Wrong,
            "is_free",
            existing,
            "`is_free` must be `0` (free) or `1` (charged)",
        );
        check(
            FieldError::Wrong,
            "is_free",
            Protocol::Two,
            "`is_free` must be `true` or `false`",
        );
        check(
            FieldError::Twice,
            "username",
            existing,
            "`username` is there in both of its spellings: send one of them",
        );
        check(
            FieldError::Unknown(&["session", "sort"]),
            "srot",
            Protocol::Two,
            "there is no field `srot` here: take one of `session`, `sort`",
        );
        check(
            FieldError::Unknown(&[]),
            "sort",
            Protocol::Two,
            "there is no field `sort` here: leave it out, this operation has none",
        );
        assert_eq!(
            FieldError::Unknown(&[]).explain("sort", Language::Chinese, Protocol::Two),
            "没有字段`sort`,此操作没有字段,请去掉它"
        );
        for sort in youku_core::Sort::ALL {
            let (english, chinese) = expected("sort", Protocol::Two);
            let word = format!("`{sort}`");
            assert!(english.contains(&word) && chinese.contains(&word), "{sort}");
        }
        assert_eq!(
            FieldError::Missing.explain("user_type", Language::Chinese, existing),
            "缺少字段`user_type`,须为`admin`或`user`"
        );
    }
}
