//! The messages of the derive macros for each mistake, and the code that they must accept.
//!
//! The cases are in `<group>/<mistake>.rs`, each next to the compiler's expected output.
//! The messages in the groups below `rustc` come from rustc and change with its versions; all others come from the macros.
//! To accept a changed output: `TRYBUILD=overwrite cargo test -p youku-ui-tests`.

use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

#[test]
fn every_mistake_gives_its_output() {
    let cases = trybuild::TestCases::new();
    for case in mistakes() {
        cases.compile_fail(case);
    }
}

#[test]
fn what_is_right_runs() {
    youku_ui_tests::run();
}

/// The first line of a case states how many mistakes it makes: `// mistakes: 1`.
#[test]
fn one_mistake_is_one_error() {
    let mut wrong = Vec::new();
    for case in mistakes() {
        let source = read_to_string(&case).expect("a case can be read");
        let planted = source
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("// mistakes: "));
        let planted: usize = planted
            .and_then(|count| count.parse().ok())
            .unwrap_or_else(|| panic!("`{}` starts with `// mistakes: N`", case.display()));
        let output = read_to_string(case.with_extension("stderr")).unwrap_or_default();
        let errors = output
            .lines()
            .filter(|line| line.starts_with("error"))
            .count();
        if errors != planted {
            wrong.push(format!(
                "{}: {planted} mistakes, {errors} errors",
                case.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The macros control neither the text nor the length of rustc's messages.
#[test]
fn at_most_a_quarter_is_worded_by_rustc() {
    let cases = mistakes();
    let by_rustc = cases.iter().filter(|case| case.starts_with("rustc"));
    let (by_rustc, all) = (by_rustc.count(), cases.len());
    assert!(by_rustc * 4 <= all, "{by_rustc} of {all}");
}

/// An output without a case is never compared.
#[test]
fn every_output_has_its_case() {
    let outputs = files(Path::new("."), "stderr");
    let orphans: Vec<_> = outputs
        .iter()
        .filter(|path| !path.with_extension("rs").exists())
        .collect();
    assert!(orphans.is_empty(), "{orphans:?}");
}

/// The documentation shows messages as `text` blocks; a case must produce each of them.
#[test]
fn messages_in_the_documentation_are_those_of_the_cases() {
    let outputs = files(Path::new("."), "stderr");
    let outputs: Vec<String> = outputs.iter().map(|path| read(path)).collect();
    let pages = files(Path::new("../../youku-orm/docs"), "md");
    let mut shown = 0;
    for page in &pages {
        let text = read(page);
        let messages = text.split("```text\n").skip(1);
        for message in messages.filter(|message| message.starts_with("error")) {
            let message = message.split("```").next().unwrap_or_default();
            let known = outputs.iter().any(|output| output.contains(message));
            assert!(known, "{}: no case gets\n{message}", page.display());
            shown += 1;
        }
    }
    assert!(shown > 0, "the pages are found from the package's folder");
}

fn read(path: &Path) -> String {
    read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cases of all groups. Files directly in the package's folder and files that compile are not cases.
fn mistakes() -> Vec<PathBuf> {
    let mut cases = files(Path::new("."), "rs");
    cases.retain(|path| path.components().count() > 1 && !path.starts_with("pass"));
    assert!(
        !cases.is_empty(),
        "the cases are found from the package's folder"
    );
    cases
}

/// All files below `folder` with this extension, sorted by name, without a leading `./`.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in read_dir(folder).expect("the folder of the cases can be read") {
        let path = entry.expect("an entry of the folder can be read").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path.strip_prefix(".").unwrap_or(&path).to_owned());
        }
    }
    found.sort();
    found
}
