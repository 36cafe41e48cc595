//! The laws of the workspace that are cheap to check, applied to the actual workspace.

// This reads the list of timed cases in the same way as the contenders do.
#[path = "../youku-orm/benches/speed/workload.rs"]
mod workload;

use youku_tests::law;
use youku_tests::law::{citations, claims, floors, layout, promises, tables};
use youku_tests::source::{Source, files, root, sources};
use youku_tests::workspace::members;

/// The most lines that a source file may have.
const MAX_LINES: usize = 300;

/// The most files in one folder.
const MAX_FILES: usize = 12;

/// The migrations that databases have run, with the SHA-256 of each as `sha256sum` prints it: a released migration never changes.
const RELEASED: &str = include_str!("../youku-core/migrations/released.sha256");

/// Files that may be longer, each with its reason.
const LONGER: &[(&str, &str)] = &[];

/// One file by its path from the root.
fn file(path: &str) -> Source {
    let text = std::fs::read_to_string(root().join(path)).expect("it exists");
    let path = path.to_owned();
    Source { path, text }
}

#[track_caller]
fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn dependencies_point_one_way() {
    none(&law::wrong_dependencies(&members()));
}

#[test]
fn every_test_and_example_is_declared() {
    let files = ["tests", "examples"].into_iter().flat_map(sources);
    let paths: Vec<_> = files.map(|source| source.path).collect();
    none(&law::undeclared_targets(&members(), &paths));
}

/// Folders of programs that other programs compile: cases of rustc's messages, and packages outside the workspace.
const COMPILED_ELSEWHERE: [&str; 4] = [
    "tests/ui/",
    "tests/handles/cases/",
    "tests/bench/",
    "tests/neighbours/",
];

#[test]
fn every_test_module_is_declared() {
    let mut sources: Vec<_> = FOLDERS.into_iter().flat_map(sources).collect();
    sources.retain(|source| {
        COMPILED_ELSEWHERE
            .iter()
            .all(|folder| !source.path.starts_with(folder))
    });
    let roots: Vec<_> = members().into_iter().flat_map(|it| it.targets).collect();
    none(&layout::undeclared_modules(&sources, &roots));
}

#[test]
fn every_member_uses_the_lints_of_the_workspace() {
    none(&law::missing_lints(&members()));
}

#[test]
fn no_folder_imports_a_higher_floor() {
    for house in [floors::ORM, floors::CORE] {
        none(&floors::higher_imports(&house, &sources(house.folder)));
    }
}

#[test]
fn the_lower_floors_of_the_orm_have_no_async_driver_or_io() {
    let words: Vec<_> = "async await mysql_async rusqlite tokio fs net io"
        .split(' ')
        .collect();
    for module in floors::PURE {
        let mut sources = sources(&format!("{}{module}", floors::ORM.folder));
        sources.extend(
            files(floors::ORM.folder, "rs")
                .into_iter()
                .filter(|source| source.path == format!("{}{module}.rs", floors::ORM.folder)),
        );
        assert!(!sources.is_empty(), "`{module}` has files");
        none(&law::forbidden_words(&sources, &words));
    }
}

/// The folders whose layout is kept.
const FOLDERS: [&str; 7] = [
    "youku-orm-derive/src",
    "youku-orm/src",
    "youku-core/src",
    "youku-server/src",
    "youku-server/tests",
    "examples",
    "tests",
];

/// Folders that may have more files, each with its reason.
const CROWDED: &[(&str, &str)] = &[(
    "tests/ui/",
    "a case is a program of its own with the message that rustc gives it, and no case reads another",
)];

#[test]
fn no_folder_is_crowded() {
    for folder in FOLDERS {
        let mut sources = sources(folder);
        sources.retain(|source| {
            CROWDED
                .iter()
                .all(|(exempt, _)| !source.path.starts_with(exempt))
        });
        none(&layout::crowded_folders(&sources, MAX_FILES));
    }
}

#[test]
fn no_file_has_the_name_of_its_folder() {
    for folder in FOLDERS {
        none(&layout::misnamed_files(&sources(folder)));
    }
}

#[test]
fn modules_are_declared_in_reading_order() {
    // Lists of tests often have no other order: one file for each column type, operation or library.
    for folder in FOLDERS.iter().filter(|folder| folder.ends_with("/src")) {
        none(&layout::alphabetical_modules(&sources(folder)));
    }
}

#[test]
fn no_file_is_overlong() {
    none(&law::overlong(&sources(""), MAX_LINES, LONGER));
}

#[test]
fn released_migrations_are_unchanged() {
    let released: Vec<_> = RELEASED
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(digest, path)| (path, digest))
        .collect();
    let migrations = files("youku-core/migrations", "sql");
    assert_eq!(released.len(), migrations.len());
    none(&law::changed_files(&migrations, &released));
}

#[test]
fn nothing_is_unsafe() {
    none(&law::forbidden_words(&sources(""), &["unsafe"]));
}

#[test]
fn nothing_unwraps_outside_tests() {
    for (member, _) in law::DIRECTION {
        none(&law::unwraps(&sources(member)));
    }
}

#[test]
fn the_derive_names_no_runtime_library() {
    let words = ["tokio", "jiff", "mysql_async", "rusqlite"];
    none(&law::forbidden_words(
        &sources("youku-orm-derive/src"),
        &words,
    ));
}

#[test]
fn the_orm_knows_no_movie() {
    let words = [
        "movie",
        "youku-core",
        "youku_core",
        "youku-server",
        "youku_server",
    ];
    none(&law::mentions(&sources("youku-orm"), &words));
}

#[test]
fn the_service_knows_no_socket() {
    let words = [
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "UnixStream",
        "UnixListener",
        "clap",
        "indicatif",
    ];
    none(&law::forbidden_words(&sources("youku-core/src"), &words));
}

#[test]
fn the_service_documents_cancel_safety() {
    let sources = sources("youku-core/src");
    let functions = |text: &str| text.matches("pub async fn ").count();
    let all: usize = sources.iter().map(|source| functions(&source.text)).sum();
    assert!(all > 20, "only {all} functions were found");
    none(&law::silent_on_cancellation(&sources));
}

#[test]
fn the_server_knows_no_sql() {
    let sources = sources("youku-server/src");
    let words = ["youku_orm", "mysql_async", "rusqlite"];
    none(&law::forbidden_words(&sources, &words));
    none(&law::statements(&sources));
}

#[test]
fn measured_libraries_are_pinned_and_time_the_same_cases() {
    none(&law::unpinned(&files("tests/bench", "toml")));
    let mut programs = sources("tests/bench/speed");
    programs.retain(|source| source.path.ends_with("/src/main.rs"));
    assert!(programs.len() > 5);
    let workload = "youku-orm/benches/speed/workload.rs\"]\nmod workload;";
    none(&law::without(&programs, workload));
}

#[test]
fn the_page_of_speed_has_every_case() {
    let pages = [file("youku-orm/docs/speed.md")];
    for case in workload::Case::all() {
        none(&law::without(&pages, &format!("\n| {case} | ")));
    }
}

#[test]
fn every_repeat_names_places_and_tests_that_exist() {
    let page = file("docs/repeats.md");
    let count = citations::count_citations(&page);
    assert!(count > 80, "only {count} citations were found");
    none(&citations::broken_citations(&page, &sources("")));
}

#[test]
fn every_claim_about_security_names_a_test_that_exists() {
    let page = file("SECURITY.md");
    let count = claims::count_claims(&page);
    assert!(count > 80, "only {count} claims were found");
    none(&claims::unproven_claims(&page, &sources("")));
}

#[test]
fn every_promise_of_the_orm_has_a_test_on_both_databases() {
    let page = file("youku-orm/docs/promises.md");
    let count = promises::count_promises(&page);
    assert!(count >= 9, "only {count} promises were found");
    none(&promises::untested_promises(&page, &sources("tests/orm")));
}

#[test]
fn every_table_has_what_keeps_it_from_growing() {
    let page = file("docs/what-grows.md");
    let models = sources("youku-core/src/records");
    none(&tables::unlisted_tables(&page, &models));
    let structs = tables::STRUCTS.map(|(name, path)| (name, file(path)));
    none(&tables::unknown_fields(&page, &structs));
}

#[test]
fn every_link_of_a_page_leads_to_a_file() {
    let pages = files("", "md");
    assert!(pages.len() > 20);
    none(&citations::broken_links(&pages, root()));
}

#[test]
fn the_map_of_the_repository_is_short() {
    let map = file("ARCHITECTURE.md");
    assert!(map.text.lines().count() <= 200);
    let (_, glossary) = map
        .text
        .split_once("\n## Glossary\n")
        .expect("it ends with a glossary");
    // Two more rows are the head of the table.
    assert!(glossary.matches("\n| ").count() <= 30 + 1);
}
