//! The file that a download is written to until it is whole.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File, OpenOptions};

/// How many characters of a movie's digest are in the name of its part.
const TAG: usize = 8;

/// What an earlier download left behind.
pub(super) struct Part {
    pub(super) path: PathBuf,
    /// How many bytes it has: at least one.
    pub(super) bytes: u64,
}

impl Part {
    /// Where the bytes of a movie are until it is whole: under its name, its id and the beginning of
    /// its digest, so that two movies of one name never meet in one file.
    pub(super) fn path(folder: &Path, name: &str, movie_id: u64, sha256: &str) -> PathBuf {
        let tag = &sha256[..sha256.floor_char_boundary(TAG)];
        folder.join(format!("{name}.{movie_id}-{tag}.part"))
    }

    /// The part of a movie in `folder`, if there is one; of several the longest.
    pub(super) async fn find(folder: &Path, movie_id: u64) -> Option<Self> {
        let mut longest: Option<Self> = None;
        let mut entries = fs::read_dir(folder).await.ok()?;
        while let Ok(Some(entry)) = entries.next_entry().await {
            if !is_of(&entry.file_name().to_string_lossy(), movie_id) {
                continue;
            }
            // Of the entry itself: a link that somebody planted is no file.
            let Ok(metadata) = entry.metadata().await else {
                continue;
            };
            let (path, bytes) = (entry.path(), metadata.len());
            if metadata.is_file() && longest.as_ref().map_or(0, |part| part.bytes) < bytes {
                longest = Some(Self { path, bytes });
            }
        }
        longest
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

/// Whether this is the name of a part of that movie.
fn is_of(name: &str, movie_id: u64) -> bool {
    let tag = name
        .strip_suffix(".part")
        .and_then(|name| name.rsplit_once('.'))
        .and_then(|(_, tag)| tag.split_once('-'));
    tag.is_some_and(|(id, digest)| {
        id == movie_id.to_string()
            && digest.len() == TAG
            && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
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

    #[tokio::test]
    async fn the_longest_part_of_the_movie_is_found() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            ("a.mp4.7-0123abcd.part", 2),
            ("b.mp4.7-0123abce.part", 3),
            ("c.mp4.77-0123abcd.part", 9),
            ("d.mp4.7-0123abcdef.part", 9),
            ("e.mp4.7-nothexad.part", 9),
            ("f.mp4", 9),
        ] {
            std::fs::write(folder.path().join(name), vec![0; bytes]).unwrap();
        }
        let part = Part::find(folder.path(), 7).await.unwrap();
        assert_eq!(part.path, folder.path().join("b.mp4.7-0123abce.part"));
        assert_eq!(part.bytes, 3);
        assert!(Part::find(folder.path(), 8).await.is_none());
        let made = Part::path(folder.path(), "b.mp4", 7, "0123abcef");
        assert_eq!(made, part.path);
    }

    #[tokio::test]
    async fn a_part_belongs_to_one_download_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4.7-0123abcd.part");
        std::fs::write(&path, "bytes").unwrap();
        let part = Part::find(folder.path(), 7).await.unwrap();
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
        let path = folder.path().join("a.mp4.7-0123abcd.part");
        std::fs::hard_link(&victim, &path).unwrap();
        let part = Part::find(folder.path(), 7).await.unwrap();
        part.open().await.unwrap_err();
    }
}
