//! A backup that is taken while the service is in use can be opened elsewhere and is complete.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use youku_core::{Admin, Code, Youku};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::world::{World, bytes, policy, upload};

both_databases![copy_taken_under_load_opens_and_is_complete];

async fn copy_taken_under_load_opens_and_is_complete(world: World) -> Result {
    let admin = world.admin().await?;
    for number in 0..5 {
        upload(&admin, "before", &bytes(number, 100_000)).await?;
    }
    let load = tokio::spawn(upload_and_delete(admin));
    // The database first: then it names no movie whose bytes arrive later.
    let copy = TestDatabase::create(world.database.backend()).await;
    let folder = TempDir::new()?;
    let (from, to) = (world.database.clone(), copy.clone());
    let movies = (world.path(""), folder.path().to_owned());
    tokio::task::spawn_blocking(move || {
        copy_database(&from, &to)?;
        copy_movies(&movies.0, &movies.1)
    })
    .await??;
    let uploaded = load.await??;
    assert!(uploaded > 0);
    let restored = Youku::builder()
        .database(copy.url())
        .movies_folder(folder.path())
        .policy(policy())
        .open()
        .await?;
    let found = restored.verify().await?;
    assert!(found.damaged.is_empty(), "{found:?}");
    assert!((5..=5 + uploaded).contains(&found.movies), "{found:?}");
    assert_eq!(restored.sweep().await?.lost_movies, 0);
    Ok(())
}

/// Creates forty movies, and deletes every second one.
async fn upload_and_delete(admin: Admin) -> Result<u64, String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    for number in 0..40 {
        let content = bytes(100 + number, 100_000);
        let movie = upload(&admin, "during", &content).await;
        let movie = movie.map_err(|error| format!("{error:?}"))?;
        if number % 2 == 0 {
            match admin.delete(movie.id).await {
                Err(error) if error.code() != Code::NotFound => return Err(told(&error)),
                _ => {}
            }
        }
    }
    Ok(40)
}

pub(crate) fn copy_database(from: &TestDatabase, to: &TestDatabase) -> Result {
    match from.backend() {
        Backend::Mysql => copy_mysql(from.url(), to.url()),
        _ => copy_sqlite(from.url(), to.url()),
    }
}

/// Uses a separate connection, as an operator's `sqlite3 youku.db "VACUUM INTO 'copy.db'"` does.
fn copy_sqlite(from: &str, to: &str) -> Result {
    let path = |url: &str| url.trim_start_matches("sqlite:").to_owned();
    let connection = rusqlite::Connection::open(path(from))?;
    connection.busy_timeout(std::time::Duration::from_secs(60))?;
    connection.execute("VACUUM INTO ?", [path(to)])?;
    Ok(())
}

fn copy_mysql(from: &str, to: &str) -> Result {
    let mut dump = Command::new("mariadb-dump")
        .args(["--no-defaults", "--single-transaction"])
        .args(arguments(from)?)
        .stdout(Stdio::piped())
        .spawn()?;
    let dumped = dump.stdout.take().ok_or("it is piped")?;
    let restored = Command::new("mariadb")
        .arg("--no-defaults")
        .args(arguments(to)?)
        .stdin(dumped)
        .status()?;
    assert!(dump.wait()?.success() && restored.success());
    Ok(())
}

/// The server and the database of a URL, in the form that MariaDB's programs accept.
pub(crate) fn arguments(url: &str) -> Result<[String; 5]> {
    let rest = url.strip_prefix("mysql://").ok_or("a MySQL URL")?;
    let (user, rest) = rest.split_once('@').ok_or("a user")?;
    let (host, rest) = rest.split_once(':').ok_or("a port")?;
    let (port, database) = rest.split_once('/').ok_or("a database")?;
    let database = database.split('?').next().unwrap_or_default();
    Ok([
        format!("--user={user}"),
        format!("--host={host}"),
        format!("--port={port}"),
        "--protocol=tcp".to_owned(),
        database.to_owned(),
    ])
}

/// Copies as `cp` does. A movie that disappears during the copy was removed legitimately.
fn copy_movies(from: &Path, to: &Path) -> Result {
    fs::create_dir(to.join("objects"))?;
    for object in fs::read_dir(from.join("objects"))? {
        let object = object?;
        fs::copy(object.path(), to.join("objects").join(object.file_name()))?;
    }
    fs::copy(from.join("store-id"), to.join("store-id"))?;
    Ok(())
}
