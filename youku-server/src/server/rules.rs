//! The service's rules in Chinese. The service itself explains them only in English.

use youku_core::Policy;

use crate::message::{Protocol, Refusal};
use crate::{Code, Language};

/// Adds the rule of `policy` that a field breaks to a refusal of the service. The refusal of a field
/// that is missing or has the wrong type stays unchanged.
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
    Some(match field {
        "matching" => format!("搜索文字最多{}个字符", policy.movie_name_chars.end()),
        "size" | "movie_size" => "电影不能是空文件".to_owned(),
        "offset" => "`offset`不能超过电影的大小".to_owned(),
        "key" => "`key`须为1到255个字符".to_owned(),
        "movie_md5" => "文件摘要最多255个字符".to_owned(),
        "old_password" => "旧密码不正确".to_owned(),
        "sha256" | "if_sha256" | "upload_id" | "after" => {
            Refusal::bad_field(field).message(Language::Chinese, Protocol::Two)
        }
        _ => return length(field, policy),
    })
}

/// The allowed length of a field's text; `None` for other fields.
fn length(field: &str, policy: &Policy) -> Option<String> {
    let (what, chars) = match field {
        "username" => ("用户名", policy.username_chars.clone()),
        "password" | "new_password" => ("密码", policy.password_chars.clone()),
        "movie_name" | "name" => ("电影名", policy.movie_name_chars.clone()),
        "title" => ("公告标题", 1..=policy.max_title_chars),
        "content" => ("公告内容", 1..=policy.max_content_chars),
        _ => return None,
    };
    let note = match field {
        "username" => ",不能有首尾空格和不可见字符",
        "password" | "new_password" => ",不能是常见密码",
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

    /// What reaches a client as nothing but the name of a field says nothing. The list is written by
    /// hand: a field whose value the service comes to refuse belongs on it.
    #[test]
    fn none_of_these_fields_is_refused_with_its_name_alone() {
        for field in [
            "username",
            "password",
            "old_password",
            "new_password",
            "name",
            "movie_name",
            "movie_md5",
            "movie_size",
            "size",
            "title",
            "content",
            "matching",
            "after",
            "offset",
            "if_sha256",
            "sha256",
            "upload_id",
            "key",
        ] {
            let refusal = Refusal::new(Code::BadRequest)
                .detail("it breaks a rule")
                .for_field(field);
            let refusal = in_chinese(refusal, &Policy::default());
            let said = refusal.message(Language::Chinese, Protocol::Two);
            assert_ne!(said, format!("请求有误: `{field}`"));
            assert!(!said.is_ascii(), "{said}");
        }
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
