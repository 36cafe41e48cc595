//! What the derive macros say to a mistake, and what they must accept.
//!
//! The cases stand in `ui/<group>/<mistake>.rs`, each with the expected output of the compiler beside it.
//! The groups in `ui/rustc` are worded by rustc and drift with it; all others are worded by the macros.
//! To accept a changed output: `TRYBUILD=overwrite cargo test -p youku-tests --test ui`.

use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

// Part of this target too, because Clippy sees only what is.
#[path = "ui/pass/lints.rs"]
mod lints;

/// Apart from those that compile: only among themselves are all of them checked by one call of cargo.
#[test]
fn every_mistake_gives_its_output() {
    let cases = trybuild::TestCases::new();
    for case in mistakes() {
        cases.compile_fail(case);
    }
}

#[test]
fn what_is_right_compiles_and_runs() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn generated_code_passes_clippy() {
    lints::main();
}

/// A case says in its first line how many mistakes it makes: `// mistakes: 1`.
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

/// An output without a case is never compared.
#[test]
fn every_output_has_its_case() {
    let outputs = files(Path::new("ui"), "stderr");
    let orphans: Vec<_> = outputs
        .iter()
        .filter(|path| !path.with_extension("rs").exists())
        .collect();
    assert!(orphans.is_empty(), "{orphans:?}");
}

fn mistakes() -> Vec<PathBuf> {
    let mut cases = files(Path::new("ui"), "rs");
    cases.retain(|path| !path.starts_with("ui/pass"));
    assert!(
        !cases.is_empty(),
        "the cases are found from the package's folder"
    );
    cases
}

/// All files below `folder` with this extension, in the order of their names.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in read_dir(folder).expect("the folder of the cases can be read") {
        let path = entry.expect("an entry of the folder can be read").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
