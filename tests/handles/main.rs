//! The compiler's errors for programs that ask a service handle for more than it allows.
//!
//! The cases are in `cases/`, each next to the compiler's expected output.
//! To accept a changed output: `TRYBUILD=overwrite cargo test -p youku-handle-tests`.

use std::fs::{read_dir, read_to_string};

#[test]
fn a_handle_allows_only_what_its_role_permits() {
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}

/// Each case makes exactly one mistake, so that is all the compiler rejects.
#[test]
fn one_mistake_is_one_error() {
    let mut cases = 0;
    for entry in read_dir("cases").expect("the cases lie in the package's folder") {
        let path = entry.expect("an entry of the folder can be read").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            let output = read_to_string(&path).expect("an output can be read");
            // The last line counts the errors of a case with more than one.
            let errors = output
                .lines()
                .filter(|line| line.starts_with("error"))
                .count();
            assert_eq!(errors, 1, "{}", path.display());
            cases += 1;
        }
    }
    assert!(cases > 5, "only {cases} cases were found");
}
