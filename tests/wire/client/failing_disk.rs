//! Downloads onto a disk that cannot keep what was written. They run in a separate process; `failing_disk.c` intercepts its
//! calls to libc.

// The dynamic linker loads the library before libc.
#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use youku_core::Kind;
use youku_server::terminal::{self, State};
use youku_server::{Client, ClientError};

use crate::client::operations::user;
use crate::support::{Server, soon};

const EIO: i32 = 5;

/// Runs [`child`] with the library loaded before libc.
#[test]
fn an_action_that_cannot_be_made_durable_is_not_done() {
    let elsewhere = tempfile::tempdir().unwrap();
    let library = elsewhere.path().join("failing_disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("service/faults/failing_disk.c");
    let mut compiler = Command::new("cc");
    let compiled = compiler.args(["-shared", "-fPIC", "-o"]).arg(&library);
    let compiled = compiled.arg(source).arg("-ldl").status().unwrap();
    assert!(compiled.success(), "{compiled}");
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "client::failing_disk::child", "--test-threads=1"])
        .env("LD_PRELOAD", &library)
        .env("YOUKU_DISK_FAULT", elsewhere.path().join("fault"))
        .env("YOUKU_DISK_FOLDER", elsewhere.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(elsewhere.path().join("done").exists(), "{told}");
}

/// Does nothing unless it runs on a failing disk.
#[tokio::test]
async fn child() {
    let Some(order) = env::var_os("YOUKU_DISK_FAULT").map(PathBuf::from) else {
        return;
    };
    let folder = PathBuf::from(env::var_os("YOUKU_DISK_FOLDER").unwrap());
    let folder = folder.canonicalize().unwrap();
    let server = Server::start().await;
    let movie = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership(0).await.unwrap();
    let disk = Disk { order, folder };
    disk.saves(&mut client, movie).await;
    disk.keeps(&mut client).await;
    fs::write(disk.folder.join("done"), "").unwrap();
}

struct Disk {
    order: PathBuf,
    folder: PathBuf,
}

impl Disk {
    /// From now on `fsync` fails for every file whose path contains the text, or for the one whose path is the text after `=`.
    fn fail(&self, files: &str) {
        fs::write(&self.order, format!("fsync {files} {EIO}")).unwrap();
    }

    fn heal(&self) {
        fs::remove_file(&self.order).unwrap();
    }

    /// A download is complete when its bytes and its name are on the disk.
    async fn saves(&self, client: &mut Client, movie: u64) {
        let downloads = self.folder.join("downloads");
        self.fail(".part");
        failed(download(client, movie, &downloads).await, ".part");
        let names = names(&downloads);
        assert!(names.len() == 1 && names[0].ends_with(".part"), "{names:?}");
        self.fail(&format!("={}", downloads.display()));
        failed(download(client, movie, &downloads).await, "downloads");
        // Both exist as long as the machine does not lose power.
        assert_eq!(self::names(&downloads), ["a.mp4"]);
        self.heal();
        let saved = download(client, movie, &downloads).await.unwrap();
        assert_eq!(saved, downloads.join("a (2).mp4"));
    }

    /// The client buys nothing under a key that is not on the disk.
    async fn keeps(&self, client: &mut Client) {
        let state = State::new(self.folder.join("state"));
        let before = client.whoami().await.unwrap().member_until;
        let purchases = self.folder.join("state/purchases");
        for files in [".tmp".to_owned(), format!("={}", purchases.display())] {
            self.fail(&files);
            let bought = soon(terminal::renew_membership(client, &state, "a:1", 3000)).await;
            failed(bought, "purchases");
            assert_eq!(client.whoami().await.unwrap().member_until, before);
        }
        self.heal();
        let bought = soon(terminal::renew_membership(client, &state, "a:1", 3000)).await;
        assert!(Some(bought.unwrap().until) > before);
    }
}

async fn download(client: &mut Client, movie: u64, folder: &Path) -> Result<PathBuf, ClientError> {
    let incoming = soon(client.resume_download(movie, folder, 1000)).await?;
    Ok(soon(incoming.save(folder, |_| {})).await?.path)
}

/// Asserts that the disk failed, and that the text says where.
fn failed<T>(result: Result<T, ClientError>, place: &str) {
    let error = result.map(drop).unwrap_err();
    let cause = error.as_file_error().and_then(std::io::Error::raw_os_error);
    assert_eq!(cause, Some(EIO), "{error}");
    assert!(error.to_string().contains(place), "{error}");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}
