//! The file that a download is written to until it is whole and gets its name.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File, OpenOptions};

use super::{ClientError, Result};

/// How many hexadecimal digits a digest has.
const DIGEST: usize = 64;

/// The longest name of a file that file systems take, in bytes.
const MAX_NAME: usize = 255;

/// How many names are tried when a file of the movie's name is there.
const NAMES: u32 = 1000;

/// What an earlier download left behind.
pub(super) struct Part {
    pub(super) path: PathBuf,
    /// How many bytes it has: at least one.
    pub(super) bytes: u64,
    /// SHA-256 of the movie that it is to become, in hexadecimal.
    pub(super) sha256: String,
}

impl Part {
    /// Where the bytes of a movie are until it is whole: under its name as far as that fits, its id
    /// and its digest, so that two movies of one name never meet in one file, and whoever goes on
    /// knows what was begun.
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
            // Of the entry itself: a link that somebody planted is no file.
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

    /// Opens it to be read and then appended to.
    pub(super) async fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).open(&self.path).await?;
        let (opened, named) = (
            file.metadata().await?,
            fs::symlink_metadata(&self.path).await?,
        );
        if !named.is_file() || !is_alone(&opened, &named) || opened.len() != self.bytes {
            return Err(io::Error::other(
                "it was changed by somebody else, try again",
            ));
        }
        locked(file).await
    }
}

/// Makes a new part. What is there under this name, be it a link that somebody planted, is removed
/// and not followed.
pub(super) async fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create_new(true);
    locked(file.open(path).await?).await
}

/// Gives the whole file its name: the movie's, or the first free one of `name (2).mp4` and so on.
pub(super) async fn place(part: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
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
        if fs::symlink_metadata(&path).await.is_err() {
            let renamed = fs::rename(part, &path).await;
            return renamed
                .map(|()| path.clone())
                .map_err(|error| ClientError::file(&path, error));
        }
    }
    Err(ClientError::file(
        &folder.join(name),
        io::ErrorKind::AlreadyExists.into(),
    ))
}

/// The digest in the name of a part of that movie; `None` for any other name.
fn digest_in(name: &str, movie_id: u64) -> Option<String> {
    let (_, tag) = name.strip_suffix(".part")?.rsplit_once('.')?;
    let (id, digest) = tag.split_once('-')?;
    let is_digest = digest.len() == DIGEST && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_digest && id == movie_id.to_string()).then(|| digest.to_owned())
}

/// Whether the opened file is the named one, and has no other name.
#[cfg(unix)]
fn is_alone(opened: &std::fs::Metadata, named: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (opened.dev(), opened.ino(), opened.nlink()) == (named.dev(), named.ino(), 1)
}

#[cfg(not(unix))]
fn is_alone(_: &std::fs::Metadata, _: &std::fs::Metadata) -> bool {
    true
}

/// The file, as long as nobody else writes to it.
async fn locked(file: File) -> io::Result<File> {
    let file = file.into_std().await;
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => {
            let busy = "another program is downloading it";
            Err(io::Error::new(io::ErrorKind::ResourceBusy, busy))
        }
        // Some file systems know no locks; the digest still decides.
        _ => Ok(File::from_std(file)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest that these digits are repeated to.
    fn sha256(digits: &str) -> String {
        digits.repeat(DIGEST / digits.len())
    }

    async fn only(folder: &Path) -> Part {
        let mut parts = Part::all_of(folder, 7).await;
        assert_eq!(parts.len(), 1);
        parts.remove(0)
    }

    #[tokio::test]
    async fn the_parts_of_a_movie_are_found_the_longest_first() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (sha256("0123abcd"), sha256("0123abce"));
        for (name, bytes) in [
            (format!("a.mp4.7-{a}.part"), 2),
            (format!("b.mp4.7-{b}.part"), 3),
            (format!("c.mp4.77-{a}.part"), 9),
            (format!("d.mp4.7-{}.part", &a[1..]), 9),
            (format!("e.mp4.7-{}.part", sha256("no digit")), 9),
            (format!("f.mp4.7-{a}.part"), 0),
            ("f.mp4".to_owned(), 9),
        ] {
            std::fs::write(folder.path().join(name), vec![0; bytes]).unwrap();
        }
        let parts = Part::all_of(folder.path(), 7).await;
        let found: Vec<_> = parts
            .iter()
            .map(|part| (part.bytes, &part.sha256))
            .collect();
        assert_eq!(found, [(3, &b), (2, &a)]);
        let made = Part::path(folder.path(), "b.mp4", 7, &b.to_uppercase());
        assert_eq!(made, parts[0].path);
        assert!(Part::all_of(folder.path(), 8).await.is_empty());
        assert!(
            Part::all_of(Path::new("/no/such/folder"), 7)
                .await
                .is_empty()
        );
    }

    #[test]
    fn the_name_of_a_part_is_never_too_long_for_a_file_system() {
        let name = "影".repeat(66);
        let path = Part::path(Path::new(""), &name, u64::MAX, &sha256("0"));
        let path = path.to_str().unwrap();
        assert!(path.len() <= MAX_NAME, "{path}");
        assert_eq!(digest_in(path, u64::MAX), Some(sha256("0")));
    }

    #[tokio::test]
    async fn a_part_belongs_to_one_download_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = Part::path(folder.path(), "a.mp4", 7, &sha256("0"));
        std::fs::write(&path, "bytes").unwrap();
        let part = only(folder.path()).await;
        let first = part.open().await.unwrap();
        let second = part.open().await.unwrap_err();
        assert_eq!(second.kind(), io::ErrorKind::ResourceBusy);
        drop(first);
        part.open().await.unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_part_that_has_another_name_is_not_appended_to() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "untouched").unwrap();
        let path = Part::path(folder.path(), "a.mp4", 7, &sha256("0"));
        std::fs::hard_link(&victim, &path).unwrap();
        let part = only(folder.path()).await;
        part.open().await.unwrap_err();
    }
}
