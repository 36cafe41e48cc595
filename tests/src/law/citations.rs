//! What pages cite exists: places in the code, tests, and other files.

use std::path::Path;

use crate::source::Source;

/// Links of `pages` to files that do not exist below `root`. Links to other sites, to a heading of the same page and to items of
/// the documentation (`crate::Id`) are not followed.
pub fn broken_links(pages: &[Source], root: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    for page in pages {
        let folder = root.join(&page.path);
        let folder = folder.parent().expect("a page is in a folder");
        for (number, line) in (1..).zip(page.text.lines()) {
            let links = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next());
            let files = links.map(|link| link.split('#').next().unwrap_or_default());
            broken.extend(
                files
                    .filter(|file| file.contains(['/', '.']) && !file.contains(':'))
                    .filter(|file| !folder.join(file).exists())
                    .map(|file| format!("{}:{number}: links to `{file}`", page.path)),
            );
        }
    }
    broken
}

/// Citations of `page` that name a file, function or test that is not in `sources`, and rows that name no test.
///
/// The page has a section for each crate (``## `youku-orm` …``) with a table in it. The first column cites places of that
/// crate, the last column tests, each in backticks:
///
/// - `drivers/mysql/pool.rs: rows, execute` is a file below `src/` and functions of it; `migrate/` is a folder;
/// - `orm crud` is a module of the test target `orm`, `orm crud::a_row_is_read` one test of it;
/// - `drivers::kill::tests::a_test` is a unit test of the crate.
pub fn broken_citations(page: &Source, sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut root = String::new();
    let lines: Vec<_> = page.text.lines().collect();
    for (number, line) in (1..).zip(&lines) {
        if let Some(heading) = line.strip_prefix("## ") {
            root = format!("{}/src/", in_backticks(heading).first().unwrap_or(&""));
        }
        let is_head = lines.get(number).is_some_and(|next| next.starts_with("|-"));
        let Some(row) = line.strip_prefix("| ").filter(|_| !is_head) else {
            continue;
        };
        let cells: Vec<_> = row.trim_end_matches(" |").split(" | ").collect();
        let places = cells.first().map_or(Vec::new(), |cell| in_backticks(cell));
        let tests = cells.last().map_or(Vec::new(), |cell| in_backticks(cell));
        if tests.is_empty() {
            broken.push(format!("{}:{number}: names no test", page.path));
        }
        let missing_places = places
            .iter()
            .filter(|place| !place_exists(&root, place, sources));
        let missing_tests = tests
            .iter()
            .filter(|test| !test_exists(&root, test, sources));
        broken.extend(
            missing_places
                .chain(missing_tests)
                .map(|citation| format!("{}:{number}: no `{citation}`", page.path)),
        );
    }
    broken
}

/// The number of places and tests that `page` cites.
pub fn count_citations(page: &Source) -> usize {
    let rows = page.text.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| row.matches('`').count() / 2).sum()
}

fn in_backticks(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn place_exists(root: &str, place: &str, sources: &[Source]) -> bool {
    if let Some(folder) = place.strip_suffix('/') {
        let folder = format!("{root}{folder}/");
        return sources
            .iter()
            .any(|source| source.path.starts_with(&folder));
    }
    let (file, functions) = place.split_once(": ").unwrap_or((place, ""));
    let path = format!("{root}{file}");
    sources.iter().any(|source| {
        let mut names = functions.split(", ").filter(|name| !name.is_empty());
        source.path == path && names.all(|name| has_function(source, name))
    })
}

pub(super) fn test_exists(root: &str, test: &str, sources: &[Source]) -> bool {
    match test.split_once(' ') {
        Some((target, path)) => ["tests", "youku-server/tests"]
            .iter()
            .any(|folder| module_or_test(&format!("{folder}/{target}/"), path, sources)),
        None => module_or_test(root, test, sources),
    }
}

/// Whether `path` (`a::b`) is the module `a/b.rs` below `root`, or a test of the module `a.rs`, or of a module in that file.
fn module_or_test(root: &str, path: &str, sources: &[Source]) -> bool {
    let module = |path: &str| {
        let file = format!("{root}{}.rs", path.replace("::", "/"));
        sources.iter().find(|source| source.path == file)
    };
    if module(path).is_some() {
        return true;
    }
    let Some((parent, name)) = path.rsplit_once("::") else {
        return false;
    };
    let in_file = module(parent).is_some_and(|source| is_test(source, name));
    let in_block = parent.rsplit_once("::").is_some_and(|(file, block)| {
        let has_block = |source: &&Source| source.text.contains(&format!("mod {block} {{"));
        let source = module(file).filter(has_block);
        source.is_some_and(|source| is_test(source, name))
    });
    in_file || in_block
}

/// Whether the function is one that the test harness runs: it has an attribute such as `#[tokio::test]`, or stands in the list
/// of one of [`MACROS`].
fn is_test(source: &Source, name: &str) -> bool {
    if !has_function(source, name) {
        return false;
    }
    let lines: Vec<_> = source.text.lines().map(str::trim).collect();
    let declarations = [format!("fn {name}("), format!("async fn {name}(")];
    let mut places = (0..lines.len()).filter(|line| {
        declarations
            .iter()
            .any(|start| lines[*line].starts_with(start))
    });
    let has_attribute = places.any(|place| {
        let above = lines[..place].iter().rev();
        let mut attributes =
            above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        attributes.any(|line| *line == "#[test]" || line.starts_with("#[tokio::test"))
    });
    let in_list = MACROS.iter().any(|start| {
        let mut lists = source.text.split(start).skip(1);
        lists.any(|rest| {
            let list = rest.split(']').next().unwrap_or_default();
            list.split(',').any(|entry| entry.trim() == name)
        })
    });
    has_attribute || in_list
}

/// The macros that make tests of the functions in their lists.
const MACROS: [&str; 4] = [
    "both_databases![",
    "without_returning![",
    "every_store![",
    "on_both![",
];

fn has_function(source: &Source, name: &str) -> bool {
    let declaration = format!("fn {name}");
    let mut rest = source.text.split(&declaration).skip(1);
    rest.any(|rest| rest.starts_with(['(', '<']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn check(row: &str, missing: &[&str]) {
        let expected: Vec<_> = missing
            .iter()
            .map(|citation| format!("no `{citation}`"))
            .collect();
        check_row(row, &expected);
    }

    fn check_row(row: &str, problems: &[impl AsRef<str>]) {
        let sources = [
            source("orm/src/pool.rs", "fn rows<T>() {} fn executes() {}"),
            source(
                "orm/src/drivers/kill.rs",
                "mod tests {\n    #[test]\n    fn it_is_sent() {}\n    fn helper() {}\n}",
            ),
            source(
                "tests/orm/crud.rs",
                "both_databases![\n    a_row_is_read,\n];\nasync fn a_row_is_read() {}\nfn row() {}",
            ),
        ];
        let page = source(
            "page.md",
            &format!("## `orm` here\n| place | test |\n|---|---|\n{row}"),
        );
        let expected: Vec<_> = problems
            .iter()
            .map(|problem| format!("page.md:4: {}", problem.as_ref()))
            .collect();
        assert_eq!(broken_citations(&page, &sources), expected, "{row}");
    }

    #[test]
    fn an_existing_place_is_accepted() {
        check(
            "| `pool.rs: rows, executes`, `drivers/` | `orm crud` |",
            &[],
        );
    }

    #[test]
    fn a_missing_place_is_reported() {
        check(
            "| `pools.rs`, `driver/` | `orm crud` |",
            &["pools.rs", "driver/"],
        );
        check("| `pool.rs: execute` | `orm crud` |", &["pool.rs: execute"]);
        check(
            "| `pool.rs: rows`, `executes` | `orm crud` |",
            &["executes"],
        );
    }

    #[test]
    fn an_existing_test_is_accepted() {
        check("| `pool.rs` | `orm crud`, `orm crud::a_row_is_read` |", &[]);
        check("| `pool.rs` | `drivers::kill::tests::it_is_sent` |", &[]);
    }

    #[test]
    fn a_missing_test_is_reported() {
        check("| `pool.rs` | `orm read` |", &["orm read"]);
        check("| `pool.rs` | `orm crud::a_row` |", &["orm crud::a_row"]);
        check("| `pool.rs` | `…a_row_is_read` |", &["…a_row_is_read"]);
    }

    #[test]
    fn a_row_without_a_test_is_reported() {
        check_row("| `pool.rs` | – |", &["names no test"]);
    }

    #[test]
    fn a_function_that_is_not_a_test_is_reported() {
        check("| `pool.rs` | `orm crud::row` |", &["orm crud::row"]);
        let helper = "drivers::kill::tests::helper";
        check(&format!("| `pool.rs` | `{helper}` |"), &[helper]);
    }

    #[test]
    fn a_link_to_a_missing_file_is_reported() {
        let text = "[a](page.md) [b](https://example.org/a.md) [c](#here) [d](crate::Id)";
        let text = format!("{text}\n[e](Cargo.toml#members) [f](../missing.md)");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            broken_links(&[source("page.md", &text)], root),
            [
                "page.md:1: links to `page.md`",
                "page.md:2: links to `../missing.md`"
            ]
        );
    }

    #[test]
    fn every_citation_is_counted() {
        let page = source("page.md", "`no`\n| `one` | `two`, `three` |");
        assert_eq!(count_citations(&page), 3);
    }
}
