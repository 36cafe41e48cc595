//! Violates each law in a sample and checks that the law reports it.

use super::*;

fn planted(text: &str) -> [Source; 1] {
    [Source {
        path: "planted.rs".to_owned(),
        text: text.to_owned(),
    }]
}

fn member(name: &str, dependencies: &[&str]) -> Member {
    let dependencies = dependencies.iter().map(|&one| one.to_owned()).collect();
    Member {
        name: name.to_owned(),
        dependencies,
        targets: Vec::new(),
        manifest: String::new(),
    }
}

#[test]
fn a_dependency_against_the_direction_is_reported() {
    let server = member("youku-server", &["youku-orm", "youku-core", "clap"]);
    let derive = member("youku-orm-derive", &["youku-orm"]);
    let examples = member("youku-examples", &["youku-orm", "youku-tests"]);
    let breaches = wrong_dependencies(&[
        server,
        derive,
        examples,
        member("youku-orm", &[]),
        member("youku-tests", &[]),
    ]);
    assert_eq!(
        breaches,
        [
            "`youku-server` must not depend on `youku-orm`",
            "`youku-orm-derive` must not depend on `youku-orm`",
            "`youku-examples` must not depend on `youku-tests`",
        ]
    );
}

#[test]
fn an_undeclared_target_is_reported() {
    let mut tests = member("youku-tests", &[]);
    tests.targets = vec!["tests/tidy.rs".to_owned()];
    let files = [
        "tests/tidy.rs",
        "tests/new.rs",
        "tests/orm/main.rs",
        "tests/orm/crud.rs",
        "tests/src/lib.rs",
    ]
    .map(str::to_owned);
    let breaches = undeclared_targets(&[tests], &files);
    assert_eq!(breaches.len(), 2, "{breaches:?}");
    assert!(breaches[0].starts_with("tests/new.rs never runs"));
    assert!(breaches[1].starts_with("tests/orm/main.rs never runs"));
}

#[test]
fn a_member_without_the_lints_is_reported() {
    assert_eq!(
        missing_lints(&[member("new", &[])]),
        ["`new` lacks `[lints] workspace = true`"]
    );
}

#[test]
fn an_overlong_file_is_reported() {
    assert!(overlong(&planted(&"\n".repeat(3)), 3, &[]).is_empty());
    assert_eq!(
        overlong(&planted(&"\n".repeat(4)), 3, &[]),
        ["planted.rs exceeds 3 lines"]
    );
}

#[test]
fn an_async_function_that_is_silent_on_cancellation_is_reported() {
    let source = planted(
        "/// Waits.\n///\n/// # Cancel safety\n///\n/// It is.\n#[must_use]\npub async fn one() {}\n\
         /// Waits.\npub async fn two<T>(_: T) {}\n\
         pub(crate) async fn three() {}\n",
    );
    assert_eq!(
        silent_on_cancellation(&source),
        ["planted.rs:9: the docs of `two` lack `# Cancel safety`"]
    );
}

#[test]
fn an_unsafe_block_is_reported() {
    let breaches = forbidden_words(
        &planted("// unsafe\nfn f() { unsafe { g(\"unsafe\") } }"),
        &["unsafe"],
    );
    assert_eq!(breaches, ["planted.rs:2: `unsafe`"]);
}

#[test]
fn an_unwrap_outside_tests_is_reported() {
    let text = "/// `a.unwrap()`\nfn f() { a\n.unwrap(); }\n#[cfg(test)]\nmod tests { fn f() { a.unwrap() } }\n\
                #[cfg(test)] use a;\nfn g() { b.unwrap() }";
    assert_eq!(
        unwraps(&planted(text)),
        [
            "planted.rs:3: `.unwrap()` outside a test",
            "planted.rs:7: `.unwrap()` outside a test"
        ]
    );
}

#[test]
fn a_movie_in_the_orm_is_reported() {
    let breaches = mentions(
        &planted(
            "//! Movie\n/// Of a Movie.\nstruct MovieRow;\n// movie\nconst A: &str = \"a movie\";",
        ),
        &["movie"],
    );
    assert_eq!(
        breaches,
        ["planted.rs:3: names `movie`", "planted.rs:5: names `movie`"]
    );
}

#[test]
fn a_statement_in_the_server_is_reported() {
    let breaches = statements(&planted(
        "// SELECT 1\nconst A: &str = \"SELECT 1\";\nconst B: &str = \"select a movie\";",
    ));
    assert_eq!(breaches, ["planted.rs:2: SQL: \"SELECT 1\""]);
}

#[test]
fn a_library_of_any_version_is_reported() {
    let manifest = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let breaches = unpinned(&[
        manifest("bench/sqlx/Cargo.toml", "sqlx = { version = \"=0.9.0\" }"),
        manifest("bench/diesel/Cargo.toml", "diesel = { version = \"2.3\" }"),
        manifest("bench/youku/Cargo.toml", "youku-orm = { path = \"…\" }"),
    ]);
    assert_eq!(
        breaches,
        ["bench/diesel/Cargo.toml pins no version of its library"]
    );
}

#[test]
fn a_file_without_a_text_is_reported() {
    assert_eq!(
        without(&planted("mod other;"), "mod workload;"),
        ["planted.rs lacks `mod workload;`"]
    );
    assert!(without(&planted("mod workload;"), "mod workload;").is_empty());
}

#[test]
fn a_released_file_that_changed_or_is_gone_is_reported() {
    // As `printf abc | sha256sum` says.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert!(changed_files(&planted("abc"), &[("planted.rs", abc)]).is_empty());
    let breaches = changed_files(&planted("abd"), &[("planted.rs", abc), ("gone.rs", abc)]);
    assert_eq!(
        breaches,
        ["planted.rs", "gone.rs"]
            .map(|path| format!("{path} is released and has changed: add another migration"))
    );
}
