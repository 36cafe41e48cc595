//! Only the user of the service may read its files, whatever the umask and whoever made the folder.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;
use youku_core::Youku;
use youku_tests::Result;

use crate::uploads::resumed_uploads;
use crate::world::{bytes, credentials, new_movie, policy, registration, upload};

/// The paths below `folder` that other users can access, and how many there are in all.
fn open_to_others(folder: &Path) -> Result<(Vec<String>, usize)> {
    let (mut open, mut all) = (Vec::new(), 0);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let mode = fs::symlink_metadata(&path)?.permissions().mode() & 0o777;
        all += 1;
        if mode & 0o077 != 0 {
            open.push(format!("{} {mode:o}", path.display()));
        }
        if path.is_dir() {
            let (inside, count) = open_to_others(&path)?;
            open.extend(inside);
            all += count;
        }
    }
    Ok((open, all))
}

/// Another process of this program, so that the umask of this one stays as it is.
#[test]
fn files_are_private_with_any_umask() -> Result {
    if std::env::var_os("YOUKU_TEST_UMASK").is_none() {
        let program = std::env::current_exe()?;
        let test = "operations::keeping::permissions::files_are_private_with_any_umask";
        let script = format!("umask 0; exec '{}' --exact {test}", program.display());
        let mut shell = std::process::Command::new("sh");
        let output = shell
            .args(["-c", &script])
            .env("YOUKU_TEST_UMASK", "0")
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(write_everything())
}

async fn write_everything() -> Result {
    let parent = TempDir::new()?;
    fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o755))?;
    let data = parent.path().join("data");
    fs::create_dir(&data)?;
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755))?;
    // Publishing copies to another disk, if there is one.
    let other_disk = Path::new("/dev/shm");
    let staging = if other_disk.is_dir() {
        TempDir::new_in(other_disk)?
    } else {
        TempDir::new_in(parent.path())?
    };
    let movies = [None, Some(staging.path().join("staging"))];
    for (number, staging) in movies.into_iter().enumerate() {
        let folder = data.join(format!("movies{number}"));
        let database = format!("sqlite:{}", data.join(format!("{number}.db")).display());
        let mut builder = Youku::builder().database(database).movies_folder(&folder);
        if let Some(staging) = staging {
            builder = builder.staging(staging);
        }
        let youku = builder.policy(policy()).open().await?;
        youku.create_admin(registration("root")).await?;
        let admin = youku.login(credentials("root")).await?.admin().await?;
        upload(&admin, "a", b"abc").await?;
        let content = bytes(1, 100);
        let half = resumed_uploads::open(&admin, new_movie("half", &content)).await?;
        let mut plain = crate::world::open(&admin, new_movie("plain", &content)).await?;
        plain.write(&content[..50]).await?;
        let (open, all) = open_to_others(&data)?;
        assert!(open.is_empty(), "{open:#?}");
        // Database, write-ahead log, shared memory, folders, name, number, object.
        assert!(all >= 8, "{all}");
        let (open, _) = open_to_others(parent.path())?;
        assert_eq!(open.len(), 1, "only the folder that was there: {open:?}");
        drop((half, plain));
        youku.close().await?;
    }
    let (open, _) = open_to_others(staging.path())?;
    assert!(open.is_empty(), "{open:#?}");
    Ok(())
}

/// What an operator has opened to a group stays as it is.
#[tokio::test]
async fn modes_of_files_that_exist_are_kept() -> Result {
    let folder = TempDir::new()?;
    let movies = folder.path().join("movies");
    fs::create_dir_all(movies.join("objects"))?;
    fs::set_permissions(movies.join("objects"), fs::Permissions::from_mode(0o750))?;
    let youku = Youku::builder()
        .database(format!(
            "sqlite:{}",
            folder.path().join("youku.db").display()
        ))
        .movies_folder(&movies)
        .policy(policy())
        .open()
        .await?;
    youku.close().await?;
    let mode = fs::metadata(movies.join("objects"))?.permissions().mode();
    assert_eq!(mode & 0o777, 0o750);
    Ok(())
}
