use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let parsed = Username::parse(text, &Policy::default());
    assert_eq!(parsed.unwrap().key, expected, "{text:?}");
}

#[track_caller]
fn check_refused(text: &str, rule: &Rule) {
    let error = Username::parse(text, &Policy::default()).expect_err(text);
    assert_eq!(error.field(), Some("username"));
    assert_eq!(error.rule(), Some(rule), "{text:?}");
}

fn looks_of(text: &str) -> String {
    Username::parse(text, &Policy::default()).unwrap().looks
}

#[test]
fn names_are_compared_without_case_composition_and_width() {
    check("Admin", "admin");
    check("ａｄｍｉｎ", "admin");
    check("ﾃﾂﾔ", "テツヤ");
    check("张三", "张三");
    check("Cafe\u{301}", "caf\u{e9}");
    check(&"x".repeat(64), &"x".repeat(64));
    check(&"e\u{301}".repeat(64), &"\u{e9}".repeat(64));
    check("mary ann", "mary ann");
    check("mary\u{3000}ann", "mary ann");
}

#[test]
fn names_of_many_scripts_are_allowed() {
    for name in [
        "王小明",
        "𠮷田",
        "阿・凡提",
        "せいや",
        "김철수",
        "محمد",
        "علی‌رضا",
        "می‌خواهم",
        "شاه۱۲",
        "דוד",
        "צה״ל",
        "क्ष",
        "श्री",
        "क्\u{200d}ष",
        "ஸ்ரீ",
        "สมชาย",
        "Việt",
        "O'Neil-3_x@y.z",
        "Ελένη",
        "Łukasz",
        "col·lega",
    ] {
        let parsed = Username::parse(name, &Policy::default());
        assert!(parsed.is_ok(), "{name}: {parsed:?}");
    }
}

#[test]
fn empty_long_and_deceiving_names_are_refused() {
    let length = Rule::Length(1..=64);
    check_refused("", &length);
    check_refused(&"x".repeat(65), &length);
    check_refused(&"x".repeat(1 << 20), &length);
    for text in ["admin\0", "ad\nmin", "\u{202e}nimda", "ad\u{200b}min"] {
        check_refused(text, &Rule::VisibleCharacters);
    }
    check_refused(" admin", &Rule::NoOuterSpace);
    check_refused("admin\u{3000}", &Rule::NoOuterSpace);
    for text in [
        "admin\u{fe0f}",
        "admin\u{2800}",
        "ad\u{a0}min",
        "mary  ann",
        "admin\u{e000}",
        "admin\u{f0000}",
        "admin\u{378}",
        "admin\u{200d}",
        "ad\u{200c}min",
        "admin\u{1f600}",
        "ﬁsh",
        "№1",
        "אadmin",
        "adminא",
        "ל١2",
        "٠۰",
        "a·b",
        &format!("e{}", "\u{301}".repeat(60)),
        "e\u{301}\u{301}",
        "e\u{300}\u{302}\u{303}\u{304}\u{306}\u{307}",
    ] {
        check_refused(text, &Rule::NameCharacters);
    }
}

#[test]
fn names_that_look_alike_have_one_skeleton() {
    for (one, other) in [
        ("admin", "аdmin"),
        ("admin", "ADMIN"),
        ("admin", "adrnin"),
        ("admin", "АDMIN"),
        ("paul", "pau1"),
        ("ｐaul", "раul"),
        ("علی‌رضا", "علیرضا"),
    ] {
        assert_eq!(looks_of(one), looks_of(other), "{one} {other}");
    }
    for (one, other) in [("neo", "leo"), ("张三", "张四"), ("user1", "user2")] {
        assert_ne!(looks_of(one), looks_of(other), "{one} {other}");
    }
}

/// The crates that know properties of characters may be of different versions; all know at least this one.
#[test]
fn unicode_is_recent() {
    let version: Vec<u32> = skeleton::unicode_version()
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    assert!(version[0] >= 16, "{version:?}");
}

#[test]
fn names_of_older_rules_are_found() {
    for (text, spelled, key) in [
        ("ａｄｍｉｎ", "ａｄｍｉｎ", "admin"),
        ("Admin\u{fe0f}", "admin\u{fe0f}", "admin\u{fe0f}"),
        ("a\u{2800}b", "a\u{2800}b", "a\u{2800}b"),
        ("no\u{a0}break", "no\u{a0}break", "no\u{a0}break"),
    ] {
        let typed = TypedName::parse(text).unwrap();
        assert_eq!(typed.keys(), [spelled, key]);
        assert!(typed.is_exactly(spelled));
    }
    for text in [
        "",
        "a\0",
        " system",
        "\u{3000}7",
        &"x".repeat(65),
        &"x".repeat(1 << 20),
    ] {
        assert_eq!(TypedName::parse(text), None);
    }
}

#[test]
fn error_names_the_field_and_the_rule() {
    let error = Username::parse("", &Policy::default()).unwrap_err();
    assert_eq!(error.field(), Some("username"));
    assert_eq!(error.to_string(), "`username` must have 1 to 64 characters");
}
