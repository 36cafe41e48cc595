//! The files of the staging folder, identified by their names.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::basics::error::Result;
use crate::storage::key::BlobKey;
use crate::storage::on_disk;
use crate::storage::staging::area::{SUFFIX, remove_if_there};
use crate::storage::staging::sink::lock;

/// A file in the staging folder, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staged {
    pub(crate) key: BlobKey,
    /// The lease under which the file is written, if it outlives its handle.
    lease: Option<u64>,
    pub(crate) path: PathBuf,
}

impl Staged {
    fn parse(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?;
        let (key, lease) = match name.split_once('.') {
            Some((key, lease)) => (key, Some(lease.parse().ok()?)),
            None => (name, None),
        };
        let key = BlobKey::parse(key)?;
        Some(Self { key, lease, path })
    }

    /// Removes the file; succeeds if it does not exist.
    pub(crate) async fn remove(&self) -> Result<()> {
        let path = self.path.clone();
        on_disk(move || remove_if_there(&path)).await
    }
}

/// The staged files of a folder; entries that cannot be read are skipped.
pub(crate) fn staged_files(folder: &Path) -> io::Result<impl Iterator<Item = Staged> + use<>> {
    let entries = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(entries.filter_map(Staged::parse))
}

/// The outcome of taking over a file.
pub(crate) enum TakeOver {
    Done(File),
    Missing,
    ByAnother,
}

/// Opens the file of `key` and renames it. The name is the fence: a handle checks before each write
/// that its name still exists, and both the check and the rename happen under the lock of the file.
pub(crate) fn take_over(
    folder: &Path,
    key: &BlobKey,
    lease: u64,
    to: &Path,
) -> io::Result<TakeOver> {
    let find = || Ok(staged_files(folder)?.find(|staged| staged.key == *key));
    take_over_found(find, lease, to)
}

/// The same for the file that `find` finds by a search of the folder.
///
/// Another handle may rename the file at any moment. If it does so between two of the steps here,
/// the file is searched again. A search during a rename may see neither the old name nor the new one
/// (POSIX, `readdir`), so the file is missing only if two searches in a row do not find it.
fn take_over_found(
    mut find: impl FnMut() -> io::Result<Option<Staged>>,
    lease: u64,
    to: &Path,
) -> io::Result<TakeOver> {
    loop {
        let first = find()?;
        let Some(found) = first.map_or_else(&mut find, |found| Ok(Some(found)))? else {
            return Ok(TakeOver::Missing);
        };
        if found.lease.is_some_and(|theirs| theirs > lease) {
            return Ok(TakeOver::ByAnother);
        }
        let metadata = match fs::symlink_metadata(&found.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?,
        };
        if !metadata.is_file() {
            return Ok(TakeOver::Missing);
        }
        let mut options = OpenOptions::new();
        let file = match options.read(true).write(true).open(&found.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            file => file?,
        };
        lock(&file)?;
        match fs::rename(&found.path, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            renamed => renamed?,
        }
        file.unlock()?;
        return Ok(TakeOver::Done(file));
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const KEY: &str = "00112233445566778899aabbccddeeff";

    fn staged(folder: &Path, lease: u64) -> Staged {
        let path = folder.join(format!("{KEY}.{lease}{SUFFIX}"));
        Staged::parse(path).unwrap()
    }

    #[test]
    fn a_file_that_is_renamed_after_it_was_found_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let [old, renamed, new] = [1, 2, 3].map(|lease| staged(folder.path(), lease));
        fs::write(&old.path, "bytes").unwrap();
        let mut searches = 0;
        let find = || {
            searches += 1;
            Ok(Some(match searches {
                1 => {
                    fs::rename(&old.path, &renamed.path)?;
                    old.clone()
                }
                _ => renamed.clone(),
            }))
        };
        let taken = take_over_found(find, 3, &new.path).unwrap();
        assert!(matches!(taken, TakeOver::Done(_)));
        assert_eq!(searches, 2);
        assert_eq!(fs::read(&new.path).unwrap(), b"bytes");
    }

    #[test]
    fn a_file_that_one_search_does_not_see_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let [old, new] = [1, 2].map(|lease| staged(folder.path(), lease));
        fs::write(&old.path, "bytes").unwrap();
        let mut results = [None, Some(old)].into_iter();
        let find = || Ok(results.next().expect("two searches"));
        let taken = take_over_found(find, 2, &new.path).unwrap();
        assert!(matches!(taken, TakeOver::Done(_)));
    }

    #[test]
    fn a_file_under_no_name_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let new = staged(folder.path(), 2);
        let mut searches = 0;
        let find = || {
            searches += 1;
            Ok(None)
        };
        let taken = take_over_found(find, 2, &new.path).unwrap();
        assert!(matches!(taken, TakeOver::Missing));
        assert_eq!(searches, 2);
        let key = BlobKey::parse(KEY).unwrap();
        let taken = take_over(folder.path(), &key, 2, &new.path).unwrap();
        assert!(matches!(taken, TakeOver::Missing));
    }

    /// Two handles that take the same file at once rename it one after the other. The slower one finds the
    /// name gone, between its look into the folder and its rename, and looks again.
    #[test]
    fn a_file_that_several_handles_take_over_at_once_is_never_missing() {
        let key = BlobKey::parse(KEY).unwrap();
        for _ in 0..200 {
            let folder = tempfile::tempdir().unwrap();
            let path = |lease: u64| folder.path().join(format!("{KEY}.{lease}{SUFFIX}"));
            fs::write(path(1), "bytes").unwrap();
            let results: Vec<_> = thread::scope(|scope| {
                let handles: Vec<_> = (2..=5)
                    .map(|lease| {
                        let (key, to) = (&key, path(lease));
                        let folder = folder.path();
                        scope.spawn(move || take_over(folder, key, lease, &to))
                    })
                    .collect();
                handles.into_iter().map(|it| it.join().unwrap()).collect()
            });
            for result in results {
                match result {
                    Ok(TakeOver::Done(_) | TakeOver::ByAnother) => (),
                    Ok(TakeOver::Missing) => panic!("a handle finds no file"),
                    Err(error) => panic!("a handle fails: {error}"),
                }
            }
            let left: Vec<_> = staged_files(folder.path()).unwrap().collect();
            assert_eq!(left.len(), 1, "{left:?}");
            assert_eq!(left[0].lease, Some(5), "the newest handle has the file");
        }
    }
}
