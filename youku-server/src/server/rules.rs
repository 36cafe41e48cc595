//! The service's rules in Chinese: the service itself explains them in English only.

use youku_core::Policy;

use crate::Code;
use crate::message::Refusal;

/// Adds the rule that a field breaks, as `policy` has it, to a refusal of the service. A field that
/// is missing or of the wrong type breaks no rule, and its refusal stays as it is.
pub(super) fn in_chinese(refusal: Refusal, policy: &Policy) -> Refusal {
    if refusal.code() != Code::BadRequest || !refusal.lacks_chinese() {
        return refusal;
    }
    match refusal.field().and_then(|field| rule(field, policy)) {
        Some(rule) => refusal.in_chinese(rule),
        None => refusal,
    }
}

fn rule(field: &str, policy: &Policy) -> Option<String> {
    let (what, chars) = match field {
        "username" => ("用户名", policy.username_chars.clone()),
        "password" => ("密码", policy.password_chars.clone()),
        "movie_name" | "name" => ("电影名", policy.movie_name_chars.clone()),
        "title" => ("公告标题", 1..=policy.max_title_chars),
        "content" => ("公告内容", 1..=policy.max_content_chars),
        _ => return None,
    };
    let note = match field {
        "username" => ",不能有首尾空格和不可见字符",
        "password" => ",不能是常见密码",
        _ => "",
    };
    Some(format!(
        "{what}须为{}到{}个字符{note}",
        chars.start(),
        chars.end()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::message::Protocol;

    fn check(refusal: Refusal, expected: &str) {
        let refusal = in_chinese(refusal, &Policy::default());
        assert_eq!(
            refusal.message(Language::Chinese, Protocol::default()),
            expected
        );
    }

    #[test]
    fn a_broken_rule_is_said_in_chinese() {
        check(
            Refusal::bad_field("password").detail("too short"),
            "密码须为8到256个字符,不能是常见密码",
        );
        check(
            Refusal::bad_field("title").detail("too long"),
            "公告标题须为1到15个字符",
        );
    }

    #[test]
    fn other_refusals_stay_as_they_are() {
        check(
            Refusal::bad_field("password"),
            "请求有误: 字段`password`须为文本",
        );
        check(
            Refusal::bad_field("sha256").detail("not hexadecimal"),
            "请求有误: 字段`sha256`须为64个十六进制字符",
        );
        check(Refusal::forbidden().detail("not allowed"), "没有权限");
    }
}
