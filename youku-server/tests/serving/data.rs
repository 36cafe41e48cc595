//! Care for the data.

use std::io::Write;
use std::time::Duration;

use crate::support::{end, program};

#[test]
fn the_data_is_migrated_checked_and_swept() {
    let folder = tempfile::tempdir().unwrap();
    let (output, text) = end(&mut program("check", folder.path()));
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("`database`"), "{text}");
    let (_, text) = end(&mut program("migrate", folder.path()));
    assert!(text.starts_with("ran 0001"), "{text}");
    let (_, text) = end(&mut program("migrate", folder.path()));
    assert_eq!(text, "nothing to do\n");
    let (output, text) = end(&mut program("check", folder.path()));
    assert!(output.status.success(), "{text}");

    let staged = folder
        .path()
        .join("data/movies/.staging")
        .join(format!("{}.part", "a".repeat(32)));
    std::fs::File::create(&staged)
        .unwrap()
        .write_all(b"left behind")
        .unwrap();
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(400 * 24 * 3600);
    std::fs::File::options()
        .write(true)
        .open(&staged)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    let (output, text) = end(&mut program("sweep", folder.path()));
    assert!(output.status.success(), "{text}");
    assert!(text.contains("removed staged files: 1\n"), "{text}");
    assert!(!staged.exists());
}

#[test]
fn a_prefix_keeps_tables_apart() {
    let folder = tempfile::tempdir().unwrap();
    for prefix in ["a_", "b_"] {
        let mut migrate = program("migrate", folder.path());
        let (_, text) = end(migrate.env("YOUKU_TABLE_PREFIX", prefix));
        assert!(text.starts_with("ran 0001"), "{prefix}: {text}");
    }
    let (output, text) = end(&mut program("check", folder.path()));
    assert_eq!(output.status.code(), Some(1), "{text}");
}
