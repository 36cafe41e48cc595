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

/// A clock that shows the year 2020.
#[derive(Debug)]
struct LongAgo;

impl youku_core::Clock for LongAgo {
    fn now(&self) -> youku_core::Timestamp {
        "2020-01-01T00:00:00Z".parse().unwrap()
    }

    fn sleep_until(&self, _: youku_core::Timestamp) -> youku_core::Sleep<'_> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_clock_that_has_jumped_is_accepted_by_an_option() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let builder = youku_core::Youku::builder().clock(LongAgo);
    let builder = builder.database(format!("sqlite:{}", data.join("youku.db").display()));
    let opened = builder.movies_folder(data.join("movies")).open().await;
    opened.unwrap().close().await.unwrap();
    for (arguments, accepted, held) in [
        ("sweep --dry-run", false, true),
        ("sweep", false, true),
        ("sweep", false, true),
        ("sweep --accept-clock", true, false),
        ("sweep --accept-clock", false, false),
        ("sweep", false, false),
        ("sweep --dry-run", false, false),
    ] {
        let (output, text) = end(&mut program(arguments, folder.path()));
        assert!(output.status.success(), "{arguments}: {text}");
        assert_eq!(text.contains("the clock is accepted\n"), accepted, "{text}");
        let hint = "held back: the clock of this machine has jumped";
        assert_eq!(text.contains(hint), held, "{arguments}: {text}");
    }
}

#[test]
fn missing_movies_are_accepted_by_an_option() {
    let folder = tempfile::tempdir().unwrap();
    let (output, text) = end(&mut program("sweep --accept-missing", folder.path()));
    assert!(output.status.success(), "{text}");
    let hidden = "movies hidden because their bytes are lost: 0\n";
    assert!(text.starts_with(hidden), "{text}");
    let both = "sweep --accept-missing --dry-run";
    let (output, text) = end(&mut program(both, folder.path()));
    assert_eq!(output.status.code(), Some(2), "{text}");
}

#[tokio::test]
async fn nothing_is_to_be_deleted_while_bytes_may_be_away_for_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let builder = youku_core::Youku::builder();
    let builder = builder.database(format!("sqlite:{}", data.join("youku.db").display()));
    let opened = builder.movies_folder(data.join("movies")).open().await;
    let youku = opened.unwrap();
    let (username, password) = ("root".to_owned(), crate::support::PASSWORD.to_owned());
    let registration = youku_core::Registration {
        username: username.clone(),
        password: password.clone(),
    };
    youku.create_admin(registration).await.unwrap();
    let credentials = youku_core::Credentials {
        username,
        password,
        role: None,
        peer: String::new(),
    };
    let admin = youku.login(credentials).await.unwrap().admin().await;
    let movie = youku_core::NewMovie {
        name: "a.mp4".to_owned(),
        size: 3,
        kind: youku_core::Kind::Free,
        sha256: None,
        hint: None,
    };
    let begun = admin.unwrap().upload(movie).await.unwrap();
    let youku_core::Begin::Open(mut upload) = begun else {
        panic!("it is new")
    };
    upload.write(b"abc").await.unwrap();
    upload.finish().await.unwrap();
    youku.close().await.unwrap();
    std::fs::remove_dir_all(data.join("movies/objects")).unwrap();
    let (output, text) = end(&mut program("check --verify", folder.path()));
    assert_eq!(output.status.code(), Some(1), "{text}");
    let found = "damaged: movie 1, `a.mp4`: the bytes are missing or cannot be read\n";
    assert!(
        text.contains(found) && text.contains("delete nothing"),
        "{text}"
    );
}
