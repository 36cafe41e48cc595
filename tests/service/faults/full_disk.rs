//! A disk that fills up in the middle of an upload: a file system of one mebibyte that only one separate process sees.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use youku_core::{Code, Page, Policy, Youku};
use youku_tests::Result;

use crate::uploads::resumed_uploads::{chunk, open, send_rest};
use crate::world::{bytes, credentials, new_movie, policy, refused, registration};

/// Runs a command in a namespace whose `$0` is an empty disk of a mebibyte.
const ON_A_SMALL_DISK: &str = r#"mount -t tmpfs -o size=1m none "$0" && exec "$@""#;

#[test]
fn full_disk_refuses_the_bytes_and_keeps_the_upload() -> Result {
    if !can_mount()? {
        eprintln!("left out: this system does not allow mounting a disk in a private namespace");
        return Ok(());
    }
    let (disk, elsewhere) = (TempDir::new()?, TempDir::new()?);
    let output = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            ON_A_SMALL_DISK,
        ])
        .arg(disk.path())
        .arg(env::current_exe()?)
        .args(["--exact", "faults::full_disk::child", "--test-threads=1"])
        .env("YOUKU_SMALL_DISK", disk.path())
        .env("YOUKU_ELSEWHERE", elsewhere.path())
        .stdin(Stdio::null())
        .output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(elsewhere.path().join("done").exists(), "{told}");
    Ok(())
}

fn can_mount() -> Result<bool> {
    let disk = TempDir::new()?;
    let tried = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            ON_A_SMALL_DISK,
        ])
        .arg(disk.path())
        .arg("true")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    Ok(tried.is_ok_and(|status| status.success()))
}

/// Does nothing unless it runs on a small disk.
#[test]
fn child() -> Result {
    let Some(disk) = env::var_os("YOUKU_SMALL_DISK") else {
        return Ok(());
    };
    let elsewhere = PathBuf::from(env::var_os("YOUKU_ELSEWHERE").ok_or("a folder")?);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(fill_up(PathBuf::from(disk), &elsewhere))?;
    fs::write(elsewhere.join("done"), "")?;
    Ok(())
}

async fn fill_up(disk: PathBuf, elsewhere: &Path) -> Result {
    let youku = Youku::builder()
        .database(format!("sqlite:{}", elsewhere.join("youku.db").display()))
        .movies_folder(&disk)
        .policy(Policy {
            min_free_bytes: 0,
            ..policy()
        })
        .open()
        .await?;
    youku.create_admin(registration("root")).await?;
    let admin = youku.login(credentials("root")).await?.admin().await?;
    let content = bytes(1, 700_000);
    assert_eq!(
        refused(
            admin
                .open_upload(new_movie("a", &bytes(2, 2_000_000)))
                .await
        ),
        Code::NoSpace
    );
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    upload
        .write_chunk(&chunk(0, 100_000), &content[..100_000])
        .await?;
    // Another program takes the space.
    let filler = disk.join("filler");
    fs::write(&filler, bytes(3, 700_000))?;
    let rest = chunk(100_000, 600_000);
    let full = upload.write_chunk(&rest, &content[100_000..]).await;
    assert_eq!(refused(full), Code::NoSpace);
    drop(upload);
    assert!(
        admin
            .session()
            .movies()
            .page(Page::first(9))
            .await?
            .is_empty()
    );
    assert_eq!(admin.upload_status(&id).await?.offset, 100_000);
    fs::remove_file(filler)?;
    let upload = admin.resume_upload(&id).await?;
    assert_eq!(upload.offset(), 100_000);
    send_rest(upload, &content).await?;
    let found = youku.verify().await?;
    assert_eq!((found.movies, found.bytes), (1, 700_000));
    Ok(())
}
