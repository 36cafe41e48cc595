//! Maintenance of the data.

use std::io::Write;
use std::time::Duration;

use crate::support::{end, program};

#[test]
fn the_data_is_migrated_checked_and_swept() {
    let folder = tempfile::tempdir().unwrap();
    let (output, text) = end(&mut program("check", folder.path()));
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("`database`"), "{text}");
    assert!(!folder.path().join("data").exists());
    let (_, text) = end(&mut program("migrate", folder.path()));
    assert!(text.starts_with("migrated: 0001"), "{text}");
    let (_, text) = end(&mut program("migrate", folder.path()));
    assert_eq!(text, "the database is up to date\n");
    let (output, text) = end(&mut program("check", folder.path()));
    assert!(output.status.success(), "{text}");
    assert_eq!(
        text,
        "OK: the database and the movie storage are consistent\n"
    );
    let (output, text) = end(&mut program("sweep --dry-run", folder.path()));
    assert!(output.status.success(), "{text}");
    let movies = folder.path().join("data/movies");
    assert!(!movies.exists(), "nothing is created to look at it");

    std::fs::create_dir_all(movies.join(".staging")).unwrap();
    let staged = movies
        .join(".staging")
        .join(format!("{}.part", "a".repeat(32)));
    std::fs::File::create(&staged)
        .unwrap()
        .write_all(b"abandoned")
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
    assert!(
        text.contains("removed abandoned staged files: 1\n"),
        "{text}"
    );
    assert!(!staged.exists());
}

#[test]
fn a_prefix_keeps_tables_apart() {
    let folder = tempfile::tempdir().unwrap();
    for prefix in ["a_", "b_"] {
        let mut migrate = program("migrate", folder.path());
        let (_, text) = end(migrate.env("YOUKU_TABLE_PREFIX", prefix));
        assert!(text.starts_with("migrated: 0001"), "{prefix}: {text}");
    }
    let (output, text) = end(&mut program("check", folder.path()));
    assert_eq!(output.status.code(), Some(1), "{text}");
}

/// Only its owner may read what is in it: the database, the movies, or the bytes of uploads.
#[test]
fn the_data_folder_is_created_for_its_owner_only_when_needed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let database = format!("--database=sqlite:{}", place("elsewhere.db"));
    let movies = format!("--movies=file://{}", place("elsewhere"));
    let cases: [(&[&str], bool); 4] = [
        (&[], true),
        (&[&database], true),
        (&[&movies], true),
        (&[&database, &movies], false),
    ];
    for (number, (arguments, is_made)) in cases.into_iter().enumerate() {
        let home = folder.path().join(number.to_string());
        std::fs::create_dir(&home).unwrap();
        let (output, text) = end(program("migrate", &home).args(arguments));
        assert!(output.status.success(), "{arguments:?}: {text}");
        let mode = std::fs::metadata(home.join("data")).ok();
        let mode = mode.map(|data| data.permissions().mode() & 0o777);
        assert_eq!(mode, is_made.then_some(0o700), "{arguments:?}");
    }
}
