//! A disk that fails at each of the calls that the service makes to it. The tests run in a separate process; `failing_disk.c`
//! intercepts its calls to libc.

mod disk;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use youku_core::{Begin, Code, Error, MovieView, Youku};
use youku_tests::Result;

use self::disk::{Disk, Fault};
use crate::uploads::resumed_uploads::{self, chunk, send_rest};
use crate::world::{bytes, new_movie, read_all, refused, upload};

/// Far above what a test needs.
const DEADLINE: Duration = Duration::from_secs(120);

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

/// Runs [`child`] with the library loaded before libc.
#[test]
fn failing_disk_lists_nothing_incomplete_and_loses_nothing_acknowledged() -> Result {
    let (movies, elsewhere) = (TempDir::new()?, TempDir::new()?);
    let library = elsewhere.path().join("failing_disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("service/faults/failing_disk.c");
    let mut compiler = Command::new("cc");
    let compiled = compiler.args(["-shared", "-fPIC", "-o"]).arg(&library);
    let compiled = compiled.arg(source).arg("-ldl").status()?;
    assert!(compiled.success(), "{compiled}");
    let output = Command::new(env::current_exe()?)
        .args(["--exact", "faults::failing_disk::child", "--test-threads=1"])
        .env("LD_PRELOAD", &library)
        .env("YOUKU_DISK_FAULT", elsewhere.path().join("fault"))
        .env("YOUKU_DISK_MOVIES", movies.path())
        .env("YOUKU_DISK_ELSEWHERE", elsewhere.path())
        .stdin(Stdio::null())
        .output()?;
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(elsewhere.path().join("done").exists(), "{told}");
    Ok(())
}

/// Does nothing unless it runs on a failing disk.
#[test]
fn child() -> Result {
    let Some(fault) = env::var_os("YOUKU_DISK_FAULT") else {
        return Ok(());
    };
    let elsewhere = PathBuf::from(env::var_os("YOUKU_DISK_ELSEWHERE").ok_or("a folder")?);
    let movies = PathBuf::from(env::var_os("YOUKU_DISK_MOVIES").ok_or("a folder")?);
    let runtime = tokio::runtime::Runtime::new()?;
    let faults = async {
        let disk = Disk::open(fault.into(), movies, &elsewhere).await?;
        disk.folders(&elsewhere).await?;
        disk.acknowledgements().await?;
        disk.finishes().await?;
        disk.plain_uploads().await?;
        disk.downloads_and_collection().await
    };
    runtime.block_on(async { tokio::time::timeout(DEADLINE, faults).await })??;
    fs::write(elsewhere.join("done"), "")?;
    Ok(())
}

impl Disk {
    /// The disk fails when the folders of a service are created, or when they may have been created before a crash.
    async fn folders(&self, elsewhere: &Path) -> Result {
        let database = format!("sqlite:{}", elsewhere.join("folders.db").display());
        let staging = elsewhere.join("holds/staged");
        let in_folder = Youku::builder()
            .database(database)
            .movies_folder(elsewhere.join("store"));
        let in_memory = Youku::builder().database("sqlite::memory:");
        let in_memory = in_memory.movies("memory:///");
        for (folder, builder) in [("/store", in_folder), ("/holds", in_memory)] {
            let open = || builder.clone().staging(&staging).open();
            open().await?.close().await?;
            self.fail(("fsync", folder, EIO))?;
            assert_eq!(refused(open().await), Code::Internal, "{folder}");
            self.heal()?;
            open().await?.close().await?;
        }
        Ok(())
    }

    /// The disk fails while bytes arrive. Bytes acknowledged before still exist, unless that cannot be known.
    async fn acknowledgements(&self) -> Result {
        let faults: [(Fault<'static>, Code, bool); 4] = [
            (("write", ".part", EIO), Code::Internal, true),
            (("write", ".part", ENOSPC), Code::NoSpace, true),
            (("fdatasync", ".part", ENOSPC), Code::NoSpace, true),
            (("fdatasync", ".part", EIO), Code::Internal, false),
        ];
        // The file survives a crash only if its folder is on the disk too.
        for fault in [("open", ".part", EIO), ("fsync", ".staging", EIO)] {
            self.fail(fault)?;
            let failed = self.admin.open_upload(new_movie("a", b"abc")).await;
            assert_eq!(refused(failed), Code::Internal, "{fault:?}");
            self.heal()?;
            // A separate task removes the upload.
            while !self.admin.uploads().await?.is_empty() {
                tokio::task::yield_now().await;
            }
        }
        for (number, (fault, code, stays)) in faults.into_iter().enumerate() {
            let content = bytes(number as u8, 700_000);
            let new = new_movie("a", &content);
            let mut upload = resumed_uploads::open(&self.admin, new.clone()).await?;
            let id = upload.id().clone();
            let first = chunk(0, 100_000);
            upload.write_chunk(&first, &content[..100_000]).await?;
            self.fail(fault)?;
            let rest = chunk(100_000, 600_000);
            let failed = upload.write_chunk(&rest, &content[100_000..]).await;
            assert_eq!(refused(failed), code, "{fault:?}");
            let next = upload.write_chunk(&rest, &content[100_000..]).await;
            assert!(next.is_err(), "{fault:?}");
            drop(upload);
            self.heal()?;
            let again = self.admin.resume_upload(&id).await;
            let again = if stays {
                again?
            } else {
                assert_eq!(refused(again), Code::UploadGone, "{fault:?}");
                resumed_uploads::open(&self.admin, new).await?
            };
            let offset = if stays { 100_000 } else { 0 };
            assert_eq!(again.offset(), offset, "{fault:?}");
            send_rest(again, &content).await?;
        }
        self.has_movies(faults.len() as u64).await
    }

    /// The disk fails when every byte has arrived.
    async fn finishes(&self) -> Result {
        let before = self.listed().await?;
        let faults: [(Fault<'static>, Code, bool); 5] = [
            (("rename", "objects", EIO), Code::Internal, true),
            (("rename", "objects", ENOSPC), Code::NoSpace, true),
            (("fsync", "objects", EIO), Code::Internal, true),
            (("fsync", ".part", ENOSPC), Code::NoSpace, true),
            (("fsync", ".part", EIO), Code::Internal, false),
        ];
        for (number, (fault, code, stays)) in faults.into_iter().enumerate() {
            let content = bytes(10 + number as u8, 300_000);
            let new = new_movie("a", &content);
            let mut upload = resumed_uploads::open(&self.admin, new.clone()).await?;
            let id = upload.id().clone();
            let whole = chunk(0, content.len());
            upload.write_chunk(&whole, content.as_slice()).await?;
            self.fail(fault)?;
            assert_eq!(refused(upload.finish(None).await), code, "{fault:?}");
            assert_eq!(self.listed().await?, before + number as u64);
            self.heal()?;
            let again = self.admin.resume_upload(&id).await;
            if stays {
                let again = again?;
                assert_eq!(again.offset(), 300_000, "{fault:?}");
                again.finish(None).await?;
            } else {
                assert_eq!(refused(again), Code::UploadGone, "{fault:?}");
                assert!(self.admin.uploads().await?.is_empty());
                let again = resumed_uploads::open(&self.admin, new).await?;
                send_rest(again, &content).await?;
            }
        }
        self.has_movies(before + faults.len() as u64).await
    }

    /// The disk fails at each step of an upload that ends with its handle.
    async fn plain_uploads(&self) -> Result {
        let (before, objects) = (self.listed().await?, self.objects()?);
        let faults: [(Fault<'static>, Code); 8] = [
            (("open", ".part", EIO), Code::Internal),
            (("open", ".part", ENOSPC), Code::NoSpace),
            (("write", ".part", EIO), Code::Internal),
            (("write", ".part", ENOSPC), Code::NoSpace),
            (("fsync", ".part", EIO), Code::Internal),
            (("rename", "objects", EIO), Code::Internal),
            (("rename", "objects", ENOSPC), Code::NoSpace),
            (("fsync", "objects", EIO), Code::Internal),
        ];
        for (number, (fault, code)) in faults.into_iter().enumerate() {
            let content = bytes(20 + number as u8, 700_000);
            self.fail(fault)?;
            let failed = self.try_upload(&content).await;
            assert_eq!(refused(failed), code, "{fault:?}");
            let listed = number as u64;
            assert_eq!(self.listed().await?, before + listed, "{fault:?}");
            self.heal()?;
            assert_eq!(self.objects()?, objects + number, "{fault:?}");
            upload(&self.admin, "a", &content).await?;
        }
        self.has_movies(before + faults.len() as u64).await
    }

    async fn try_upload(&self, content: &[u8]) -> std::result::Result<MovieView, Error> {
        match self.admin.upload(new_movie("a", content)).await? {
            Begin::Exists(movie) => panic!("movie {movie} exists"),
            Begin::Open(mut upload) => {
                upload.copy_from(content).await?;
                Ok(upload.finish().await?.movie)
            }
        }
    }

    /// The disk fails when a movie is read, and when its bytes are to be removed.
    async fn downloads_and_collection(&self) -> Result {
        let (objects, content) = (self.objects()?, bytes(40, 700_000));
        let movie = upload(&self.admin, "a", &content).await?.id;
        let session = self.admin.session();
        let mut body = session.download(movie).open().await?.body().await?;
        let mut read = body.chunk().await?.unwrap_or_default().to_vec();
        self.fail(("read", "objects", EIO))?;
        let failed = loop {
            match body.chunk().await {
                Ok(chunk) => {
                    read.extend_from_slice(&chunk.ok_or("a part was taken for the whole")?);
                }
                Err(error) => break error.code(),
            }
        };
        assert_eq!(failed, Code::Internal);
        assert!(read.len() < content.len() && content.starts_with(&read));
        self.heal()?;
        assert_eq!(refused(body.chunk().await), Code::Internal);
        let rest = session.download(movie).from(read.len() as u64);
        read.extend(read_all(rest.open().await?.body().await?).await?);
        assert!(read == content);

        let stays = self.newest_object()?;
        let other = upload(&self.admin, "b", b"another").await?.id;
        self.admin.delete(movie).await?;
        self.admin.delete(other).await?;
        self.fail(("unlink", &stays, EIO))?;
        assert_eq!(refused(self.youku.sweep().await), Code::Internal);
        for movie in [movie, other] {
            assert_eq!(refused(self.admin.restore(movie).await), Code::NotFound);
        }
        // A file that cannot be removed does not prevent the removal of others.
        assert_eq!(self.objects()?, objects + 1);
        self.heal()?;
        for object in fs::read_dir(self.movies.join("objects"))? {
            let object = fs::File::options().append(true).open(object?.path())?;
            object.set_modified(SystemTime::now() - Duration::from_secs(60))?;
        }
        assert_eq!(self.youku.sweep().await?.objects, 1);
        assert_eq!(self.objects()?, objects);
        self.has_movies(self.listed().await?).await
    }
}
