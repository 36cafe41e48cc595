//! How much memory a large movie takes when it is uploaded and downloaded. A separate process measures this, because the peak of
//! a process counts everything that ran in it.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use tokio::io::AsyncReadExt;
use youku_core::NewMovie;
use youku_tests::{Backend, Result};

use crate::uploads::resumed_uploads::{chunk, open};
use crate::world::{World, finish, new_movie};

/// The movie is sixteen times as large as the memory that it may take.
const MOVIE: u64 = 256 << 20;
const MOST: u64 = 16 << 20;

#[test]
fn large_movie_takes_little_memory_when_uploaded_and_downloaded() -> Result {
    let output = Command::new(env::current_exe()?)
        .args(["--exact", "operations::memory::child", "--test-threads=1"])
        .env("YOUKU_MEMORY", "1")
        .stdin(Stdio::null())
        .output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    Ok(())
}

/// Does nothing unless it runs alone in its process.
#[test]
fn child() {
    if env::var_os("YOUKU_MEMORY").is_some() {
        youku_tests::run(Backend::Sqlite, in_and_out);
    }
}

async fn in_and_out(world: World) -> Result {
    let admin = world.admin().await?;
    admin.session().renew_membership(0).await?;
    // What is created only once exists by then.
    finish(&admin, new_movie("small", b"abc"), b"abc").await?;
    let before = peak()?;
    let large = NewMovie {
        size: MOVIE,
        ..new_movie("large", b"")
    };
    let mut upload = open(&admin, large).await?;
    let whole = chunk(0, usize::try_from(MOVIE)?);
    upload
        .write_chunk(&whole, tokio::io::repeat(7).take(MOVIE))
        .await?;
    let movie = upload.finish(None).await?.movie;
    let uploaded = peak()?;
    let download = admin.session().download(movie.id).open().await?;
    let mut body = download.body().await?;
    while body.chunk().await?.is_some() {}
    let downloaded = peak()?;
    let (taken, given) = (uploaded - before, downloaded - uploaded);
    println!("of {MOVIE} bytes: {taken} more in memory on their way in, {given} on their way out");
    assert!(taken < MOST && given < MOST, "{taken} {given}");
    Ok(())
}

/// The largest amount of memory that this process has had, in bytes (`VmHWM` of proc_pid_status(5)).
fn peak() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kib.ok_or("a number")?.parse::<u64>()? * 1024)
}
