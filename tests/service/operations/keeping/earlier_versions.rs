//! Data that an earlier version wrote is opened, migrated and served whole; `tests/fixtures/README.md` says what it contains.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use youku_core::testing::ManualClock;
use youku_core::{
    Act, Admin, Chunk, Code, Credentials, MovieView, Policy, Session, Timestamp, Youku, first,
};
use youku_tests::source::root;
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::operations::backups::arguments;
use crate::uploads::complete_uploads::sha256;
use crate::world::{policy, read_all, refused};

both_databases![every_part_of_the_first_schema_is_kept];

/// The users and their passwords, some of which would be refused for a new user.
const PASSWORDS: [(&str, &str); 10] = [
    ("alice", "a quiet river"),
    ("bob", "        "),
    ("ａｄｍｉｎ", "full width 1"),
    ("аdmin", "cyrillic 12"),
    ("admin\u{fe0f}", "variation 1"),
    ("a\u{2800}b", "braille 12"),
    ("no\u{a0}break", "nbsp inside"),
    (
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\
         \u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\
         \u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "combining 1",
    ),
    ("old", "e10adc3949ba59abbe56e057f20f883e"),
    ("second", "second admin 1"),
];

/// The bytes of the movie `seed`: the digests of `seed0`, `seed1`, …, one after the other.
fn content(seed: &str, length: usize) -> Vec<u8> {
    let blocks = (0..=length / 32).flat_map(|block| Sha256::digest(format!("{seed}{block}")));
    blocks.take(length).collect()
}

fn copy_folder(from: &Path, to: &Path) -> Result {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (from, to) = (entry?.path(), to);
        let to = to.join(from.file_name().ok_or("a name")?);
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// Copies the database and the movies that the program with the schema `name` wrote.
fn copy_fixture(name: &str, database: &TestDatabase, folder: &Path) -> Result {
    let fixture = root().join("tests/fixtures").join(name);
    let fixture = match database.backend() {
        Backend::Mysql => fixture.join("mysql"),
        _ => fixture.join("sqlite"),
    };
    copy_folder(&fixture.join("movies"), folder)?;
    if database.backend() != Backend::Mysql {
        let file = database.url().trim_start_matches("sqlite:");
        fs::copy(fixture.join("youku.db"), file)?;
        return Ok(());
    }
    let loaded = Command::new("mariadb")
        .arg("--no-defaults")
        .args(arguments(database.url())?)
        .stdin(Stdio::from(fs::File::open(fixture.join("dump.sql"))?))
        .status()?;
    assert!(loaded.success());
    Ok(())
}

async fn login(youku: &Youku, name: &str, password: &str) -> youku_core::Result<Session> {
    let credentials = Credentials {
        username: name.to_owned(),
        password: password.to_owned(),
        role: None,
        peer: String::new(),
    };
    youku.login(credentials).await
}

async fn has_bytes(session: &Session, movie: &MovieView, expected: &[u8]) -> Result {
    let download = session.download(movie.id).open().await?;
    assert_eq!(download.price_fen, 0, "{}", movie.name);
    let bytes = read_all(download.body().await?).await?;
    assert!(bytes == expected, "{}", movie.name);
    assert_eq!(movie.sha256, sha256(expected));
    Ok(())
}

async fn every_part_of_the_first_schema_is_kept(database: TestDatabase) -> Result {
    let folder = TempDir::new()?;
    copy_fixture("migration-0001", &database, folder.path())?;
    let written: Timestamp = "2026-11-30T21:10:00Z".parse()?;
    let clock = ManualClock::new(written);
    let policy = Policy {
        download_wait: std::time::Duration::ZERO,
        ..policy()
    };
    let youku = Youku::builder()
        .database(database.url())
        .movies_folder(folder.path())
        .policy(policy)
        .clock(clock)
        .open()
        .await?;
    for (name, password) in PASSWORDS {
        login(&youku, name, password).await?;
        assert!(login(&youku, name, "another password").await.is_err());
    }
    let locked = login(&youku, "locked", "locked out 1").await;
    assert_eq!(refused(locked), Code::Locked);
    login(&youku, "second", "second admin 1")
        .await?
        .admin()
        .await?;
    let admin = login(&youku, "root", "correct horse")
        .await?
        .admin()
        .await?;
    let deleted = admin.deleted_movies().page(first(9)).await?;
    assert_eq!(deleted.len(), 1);
    admin.restore(deleted[0].id).await?;
    resume_the_upload(&admin).await?;
    read_what_users_have(&youku).await?;

    let audit = admin.audit(first(100)).await?;
    let oldest = audit.entries.last().ok_or("the audit is kept")?;
    assert_eq!((oldest.id, oldest.act), (1, Act::AdminCreated));
    let notices = admin.session().notices(first(9)).await?;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].title, "Welcome");
    let verified = youku.verify().await?;
    assert_eq!((verified.movies, verified.damaged.len()), (5, 0));
    let swept = youku.sweep().await?;
    assert_eq!((swept.uploads, swept.objects), (0, 0));
    assert_eq!((swept.lost_movies, swept.collected_movies), (0, 0));
    assert!(youku.health().await.is_well());
    Ok(())
}

/// 1,500 of its 4,000 bytes have arrived.
async fn resume_the_upload(admin: &Admin) -> Result {
    let uploads = admin.uploads().await?;
    assert_eq!(uploads.len(), 1);
    let mut upload = admin.resume_upload(&uploads[0].id).await?;
    assert_eq!(upload.offset(), 1500);
    let half = content("half", 4000);
    let rest = Chunk {
        offset: 1500,
        length: 2500,
        sha256: None,
    };
    upload.write_chunk(&rest, &half[1500..]).await?;
    upload.finish(Some(&sha256(&half))).await?;
    Ok(())
}

async fn read_what_users_have(youku: &Youku) -> Result {
    let alice = login(youku, "alice", "a quiet river").await?;
    let movies = alice.movies().page(first(9)).await?;
    let named = |name: &str| {
        let found = movies.iter().find(|movie| movie.name == name);
        found.ok_or_else(|| format!("`{name}` is missing"))
    };
    let (dune, tiger) = (named("Dune.mp4")?, named("卧虎藏龙.mp4")?);
    has_bytes(&alice, dune, &content("dune", 3000)).await?;
    has_bytes(&alice, tiger, &content("tiger", 5000)).await?;
    has_bytes(&alice, named("deleted.mp4")?, &content("deleted", 1000)).await?;
    has_bytes(&alice, named("half.mp4")?, &content("half", 4000)).await?;
    assert!(alice.is_vip());
    let bought = alice.purchases(first(9)).await?;
    assert_eq!((bought.len(), bought[0].price_fen), (1, 500));
    let history = alice.history(first(9)).await?;
    assert!(history.iter().any(|entry| entry.movie_name == tiger.name));

    let bob = login(youku, "bob", "        ").await?;
    let extra = named("collected name 2.mkv")?;
    has_bytes(&bob, extra, &content("extra", 700)).await?;
    let bought = bob.purchases(first(9)).await?;
    assert_eq!((bought.len(), bought[0].price_fen), (1, 1000));
    Ok(())
}
