//! The file that a download is written to until it is complete and gets its final name.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File, OpenOptions};

use crate::client::transfers::rename::{rename_new, sync_folder};
use crate::client::{ClientError, Result, is_hexadecimal};

/// How many hexadecimal digits a digest has.
pub(super) const DIGEST: usize = 64;

/// The longest file name that file systems accept, in bytes.
const MAX_NAME: usize = 255;

/// How many names to try if a file with the movie's name exists.
const NAMES: u32 = 1000;

/// What an earlier download left behind.
pub(super) struct PartFile {
    pub(super) path: PathBuf,
    /// How many bytes it has: at least one.
    pub(super) bytes: u64,
    /// SHA-256 of the movie that it is to become, in hexadecimal.
    pub(super) sha256: String,
}

impl PartFile {
    /// Where the bytes of a movie are until it is complete. The file name has the movie's name, as
    /// far as that fits, its id and its digest. So two movies of the same name never share a file,
    /// and a resumed download knows which movie the bytes belong to.
    pub(super) fn path(folder: &Path, name: &str, movie_id: u64, sha256: &str) -> PathBuf {
        let end = format!(".{movie_id}-{}.part", sha256.to_ascii_lowercase());
        let room = MAX_NAME.saturating_sub(end.len());
        let name = &name[..name.floor_char_boundary(room)];
        folder.join(format!("{name}{end}"))
    }

    /// The parts of movies of this id in `folder`, the longest first.
    pub(super) async fn all_of(folder: &Path, movie_id: u64) -> Vec<Self> {
        let mut parts = Vec::new();
        let Ok(mut entries) = fs::read_dir(folder).await else {
            return parts;
        };
        while let Ok(Some(entry)) = entries.next_entry().await {
            let Some(sha256) = digest_in(&entry.file_name().to_string_lossy(), movie_id) else {
                continue;
            };
            // Of the entry itself: a link, which an attacker may have planted, is not a file.
            let Ok(metadata) = entry.metadata().await else {
                continue;
            };
            let (path, bytes) = (entry.path(), metadata.len());
            if metadata.is_file() && bytes > 0 {
                parts.push(Self {
                    path,
                    bytes,
                    sha256,
                });
            }
        }
        parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
        parts
    }

    /// Opens it for reading and then appending.
    pub(super) async fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).open(&self.path).await?;
        let file = locked(file).await?;
        let opened = file.metadata().await?;
        let is_alone = is_named(&file, &self.path).await? && is_alone(&opened);
        if !is_alone || opened.len() != self.bytes {
            return Err(changed());
        }
        Ok(file)
    }
}

/// Creates a new part. It removes what exists under this name and never follows it, because it may be
/// an attacker's link. Only a part that another program is writing to stays.
pub(super) async fn create(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path).await {
        Ok(there) if there.is_file() => {
            // Locked until its name is free: another program that waits for the lock must not remove the new file.
            let there = locked(File::open(path).await?).await?;
            if !is_named(&there, path).await? {
                return Err(changed());
            }
            fs::remove_file(path).await?;
        }
        Ok(_) => fs::remove_file(path).await?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create_new(true);
    locked(file.open(path).await?).await
}

/// Removes a part whose bytes are useless, unless its name now belongs to another file.
pub(super) async fn discard(file: &File, path: &Path) -> io::Result<()> {
    if is_named(file, path).await? {
        fs::remove_file(path).await?;
    }
    Ok(())
}

/// Gives `file`, whose name is `part`, the movie's: its own, or the first free one of `name (2).mp4`
/// and so on. No existing file is replaced. When this returns, the name is on the disk.
pub(super) async fn finish(file: &File, part: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    let failed = |error| ClientError::file(part, error);
    if !is_named(file, part).await.map_err(failed)? {
        return Err(failed(changed()));
    }
    let stem = Path::new(name)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let extension = Path::new(name)
        .extension()
        .unwrap_or_default()
        .to_string_lossy();
    let dot = if extension.is_empty() { "" } else { "." };
    for number in 1..NAMES {
        let path = match number {
            1 => folder.join(name),
            _ => folder.join(format!("{stem} ({number}){dot}{extension}")),
        };
        let (from, to) = (part.to_owned(), path.clone());
        match on_disk(move || rename_new(&from, &to)).await {
            Ok(()) => {
                let named_in = folder.to_owned();
                let synced = on_disk(move || sync_folder(&named_in)).await;
                return synced
                    .map(|()| path)
                    .map_err(|error| ClientError::file(folder, error));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(ClientError::file(&path, error)),
        }
    }
    Err(ClientError::file(
        &folder.join(name),
        io::ErrorKind::AlreadyExists.into(),
    ))
}

/// Runs `work` on a thread where waiting for the disk does not block other tasks.
async fn on_disk(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|failed| Err(failed.into()))
}

/// The digest in the name of a part of that movie; `None` for any other name.
fn digest_in(name: &str, movie_id: u64) -> Option<String> {
    let (_, tag) = name.strip_suffix(".part")?.rsplit_once('.')?;
    let (id, digest) = tag.split_once('-')?;
    let is_movie = is_hexadecimal(digest, DIGEST) && id == movie_id.to_string();
    is_movie.then(|| digest.to_owned())
}

/// Whether `path` names the opened file itself and not a link to it.
async fn is_named(opened: &File, path: &Path) -> io::Result<bool> {
    let opened = opened.metadata().await?;
    match fs::symlink_metadata(path).await {
        Ok(named) => Ok(named.is_file() && is_same(&opened, &named)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn is_same(opened: &Metadata, named: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (opened.dev(), opened.ino()) == (named.dev(), named.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn is_alone(opened: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(opened) == 1
}

#[cfg(not(unix))]
fn is_alone(_: &Metadata) -> bool {
    true
}

fn changed() -> io::Error {
    io::Error::other("another program has changed the file; try again")
}

/// Locks the file, unless another program is writing to it.
async fn locked(file: File) -> io::Result<File> {
    let file = file.into_std().await;
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => {
            let busy = "another program is downloading this movie";
            Err(io::Error::new(io::ErrorKind::ResourceBusy, busy))
        }
        // Some file systems have no locks; the digest check still catches mixed bytes.
        _ => Ok(File::from_std(file)),
    }
}

#[cfg(test)]
mod tests;
