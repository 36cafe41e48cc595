//! Turns Rust names into names of tables and columns.

/// A rule of `rename_all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Snake,
    Camel,
    Pascal,
    ScreamingSnake,
    Kebab,
}

impl Rule {
    /// Every rule under the name that users write.
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("snake_case", Self::Snake),
        ("camelCase", Self::Camel),
        ("PascalCase", Self::Pascal),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
    ];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, rule)| *rule)
    }

    /// Writes a Rust name by this rule.
    pub(crate) fn apply(self, name: &str) -> String {
        let words = words(name);
        match self {
            Self::Snake => words.join("_"),
            Self::Kebab => words.join("-"),
            Self::ScreamingSnake => words.join("_").to_uppercase(),
            Self::Pascal => words.iter().map(|word| capitalised(word)).collect(),
            Self::Camel => match words.split_first() {
                Some((first, rest)) => rest
                    .iter()
                    .fold(first.clone(), |name, word| name + &capitalised(word)),
                None => String::new(),
            },
        }
    }
}

/// The words of a name in lower case: `HTTPServer2_ok` is `http`, `server2`, `ok`.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, &char) in chars.iter().enumerate() {
        let after_lower = at > 0 && !chars[at - 1].is_uppercase();
        let before_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts_word = char == '_' || char.is_uppercase() && (after_lower || before_lower);
        if starts_word && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if char != '_' {
            word.extend(char.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::names::Rule;

    fn check(rule: Rule, name: &str, expected: &str) {
        assert_eq!(rule.apply(name), expected, "{name} by {rule:?}");
    }

    #[test]
    fn struct_names_become_snake_case() {
        check(Rule::Snake, "User", "user");
        check(Rule::Snake, "DownloadRecord", "download_record");
        check(Rule::Snake, "HTTPServer", "http_server");
        check(Rule::Snake, "User2FA", "user2_fa");
        check(Rule::Snake, "Größe", "größe");
        check(Rule::Snake, "用户", "用户");
    }

    #[test]
    fn field_names_follow_every_rule() {
        check(Rule::Snake, "is_vip", "is_vip");
        check(Rule::Camel, "is_vip", "isVip");
        check(Rule::Pascal, "is_vip", "IsVip");
        check(Rule::ScreamingSnake, "is_vip", "IS_VIP");
        check(Rule::Kebab, "is_vip", "is-vip");
        check(Rule::Camel, "_", "");
    }

    #[test]
    fn every_rule_is_found_by_its_name() {
        for (name, rule) in Rule::ALL {
            assert_eq!(Rule::from_name(name), Some(rule));
        }
        assert_eq!(Rule::from_name("Snake"), None);
    }
}
