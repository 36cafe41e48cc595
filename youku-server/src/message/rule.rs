//! The rules of the service in Chinese; the service states them in English itself.

use youku_core::Rule;

/// What `field` must be by `rule`.
pub(super) fn chinese(field: &str, rule: &Rule) -> String {
    match (field, rule) {
        ("size" | "movie_size" | "file_size", Rule::Range(range)) if *range.start() == 1 => {
            "电影不能是空文件".to_owned()
        }
        _ => format!("{}{}", label(field), predicate(rule)),
    }
}

/// What a user calls the field.
fn label(field: &str) -> String {
    let label = match field {
        "username" => "用户名",
        "password" => "密码",
        "old_password" => "旧密码",
        "new_password" => "新密码",
        "name" | "movie_name" => "电影名称",
        "title" => "公告标题",
        "content" => "公告内容",
        "matching" => "搜索内容",
        "description" => "电影简介",
        "tags" => "标签",
        "poster" => "海报",
        "size" | "movie_size" | "file_size" => "文件大小",
        "sha256" | "movie_md5" | "file_md5" => "文件摘要",
        _ => return format!("字段`{field}`"),
    };
    label.to_owned()
}

fn predicate(rule: &Rule) -> String {
    match rule {
        Rule::Length(chars) if *chars.start() == 0 => format!("不能超过{}个字符", chars.end()),
        Rule::Length(chars) => format!("长度须为{}到{}个字符", chars.start(), chars.end()),
        Rule::VisibleCharacters => "不能包含控制字符或不可见字符".to_owned(),
        Rule::NoOuterSpace => "首尾不能有空格".to_owned(),
        Rule::NameCharacters => "只能包含文字、数字、英文标点和单词之间的单个空格".to_owned(),
        Rule::NotBlank => "不能为空白".to_owned(),
        Rule::CommonPassword => "过于常见，请换一个".to_owned(),
        Rule::CurrentPassword => "不正确".to_owned(),
        Rule::Hex(characters) => format!("须为{characters}个十六进制字符"),
        Rule::Range(range) if *range.end() == u64::MAX => format!("不能小于{}", range.start()),
        Rule::Range(range) if *range.start() == 0 => format!("不能大于{}", range.end()),
        Rule::Range(range) => format!("须在{}到{}之间", range.start(), range.end()),
        Rule::OneOf(words) => format!("须为以下之一：`{}`", words.join("`、`")),
        Rule::Bytes(most) => format!("不能超过{most}字节"),
        Rule::Entries(most) => format!("不能超过{most}项"),
        Rule::Image => "须为PNG、JPEG或WebP图片".to_owned(),
        Rule::Json => "须为JSON".to_owned(),
        Rule::Cursor => "须为上一页返回的`next`".to_owned(),
        Rule::CursorOfThisList => "与当前列表或排序方式不符，请从第一页重新获取".to_owned(),
        _ => "不符合要求".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_stated_in_chinese() {
        for (field, rule, expected) in [
            (
                "password",
                Rule::Length(8..=256),
                "密码长度须为8到256个字符",
            ),
            ("matching", Rule::Length(0..=64), "搜索内容不能超过64个字符"),
            ("username", Rule::NoOuterSpace, "用户名首尾不能有空格"),
            (
                "title",
                Rule::VisibleCharacters,
                "公告标题不能包含控制字符或不可见字符",
            ),
            (
                "new_password",
                Rule::CommonPassword,
                "新密码过于常见，请换一个",
            ),
            (
                "username",
                Rule::NameCharacters,
                "用户名只能包含文字、数字、英文标点和单词之间的单个空格",
            ),
            ("password", Rule::NotBlank, "密码不能为空白"),
            ("old_password", Rule::CurrentPassword, "旧密码不正确"),
            ("sha256", Rule::Hex(64), "文件摘要须为64个十六进制字符"),
            (
                "movie_md5",
                Rule::Length(0..=255),
                "文件摘要不能超过255个字符",
            ),
            ("size", Rule::Range(1..=u64::MAX), "电影不能是空文件"),
            ("movie_size", Rule::Range(0..=9), "文件大小不能大于9"),
            ("limit", Rule::Range(1..=u64::MAX), "字段`limit`不能小于1"),
            ("offset", Rule::Range(0..=9), "字段`offset`不能大于9"),
            ("len", Rule::Range(2..=9), "字段`len`须在2到9之间"),
            (
                "sort",
                Rule::OneOf(vec!["oldest", "newest"]),
                "字段`sort`须为以下之一：`oldest`、`newest`",
            ),
            ("tags", Rule::Entries(9), "标签不能超过9项"),
            ("data", Rule::Bytes(9), "字段`data`不能超过9字节"),
            ("data", Rule::Json, "字段`data`须为JSON"),
            ("poster", Rule::Image, "海报须为PNG、JPEG或WebP图片"),
            ("after", Rule::Cursor, "字段`after`须为上一页返回的`next`"),
            (
                "after",
                Rule::CursorOfThisList,
                "字段`after`与当前列表或排序方式不符，请从第一页重新获取",
            ),
        ] {
            assert_eq!(chinese(field, &rule), expected);
        }
    }
}
