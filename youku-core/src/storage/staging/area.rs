//! The folder in which uploads are written before they become movies.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::basics::error::{Error, Result};
use crate::basics::private_files::{create_private_folder, private_file};
use crate::storage::key::BlobKey;
use crate::storage::staging::checkpoint::Checkpoint;
use crate::storage::staging::resume_point::ResumePoint;
use crate::storage::staging::sink::Sink;
use crate::storage::staging::staged::{Staged, TakeOver, staged_files, take_over};
use crate::storage::staging::staged_file::StagedFile;
use crate::storage::staging::staged_path::StagedPath;
use crate::storage::{on_disk, sync_folder};

/// The suffix of the names of staged files.
pub(crate) const SUFFIX: &str = ".part";

/// A folder on the local disk that holds one file for each upload in progress.
#[derive(Debug, Clone)]
pub(crate) struct Staging {
    folder: Arc<Path>,
    /// Removes the folder with its last owner, if the host did not choose a folder.
    _temporary: Option<Arc<TempDir>>,
}

impl Staging {
    /// The folder at `path`, created if it does not exist.
    pub(crate) async fn open(path: PathBuf) -> Result<Self> {
        let staging = Self::at(path)?;
        let made = Arc::clone(&staging.folder);
        on_disk(move || {
            create_private_folder(&made)?;
            made.parent().map_or(Ok(()), sync_folder)
        })
        .await?;
        Ok(staging)
    }

    /// The folder at `path`, which may not exist.
    pub(crate) fn at(path: PathBuf) -> Result<Self> {
        Ok(Self {
            folder: std::path::absolute(path).map_err(Error::disk)?.into(),
            _temporary: None,
        })
    }

    /// A new temporary folder of the system, which is removed when it is not used any more.
    pub(crate) async fn temporary() -> Result<Self> {
        let temporary = on_disk(|| tempfile::Builder::new().prefix("youku-").tempdir()).await?;
        Ok(Self {
            folder: temporary.path().into(),
            _temporary: Some(Arc::new(temporary)),
        })
    }

    /// A new, empty file for `key` that is removed with its handle.
    ///
    /// If anything exists under that name, even a planted symbolic link, this fails and leaves it
    /// alone.
    pub(crate) async fn create(&self, key: &BlobKey) -> Result<StagedFile> {
        let path = StagedPath::new(self.path(key), self.clone());
        on_disk(move || {
            let sink = Sink::new(create_new(path.as_path())?, Checkpoint::default(), None);
            tracing::trace!("staged file created");
            Ok(StagedFile::new(sink, 0, path))
        })
        .await
    }

    /// A new, empty file for `key` that outlives its handle and can be [taken
    /// over](Self::take_over). Its entry in the folder survives a crash.
    pub(crate) async fn create_outliving(&self, key: &BlobKey) -> Result<StagedFile> {
        let (path, staging) = (self.leased_path(key, 0), self.clone());
        on_disk(move || {
            let sink = Sink::new(
                create_new(&path)?,
                Checkpoint::default(),
                Some(path.clone()),
            );
            sync_folder(&staging.folder)?;
            tracing::trace!("staged file created");
            Ok(StagedFile::new(
                sink,
                0,
                StagedPath::outliving(path, staging),
            ))
        })
        .await
    }

    /// The file of `key` up to `point`, for the holder of the lease with number `lease`. Handles
    /// with a lower lease can no longer change the file.
    ///
    /// Returns nothing when the file does not exist here, or does not match `point`.
    ///
    /// # Errors
    ///
    /// `interrupted` when a handle with a higher lease has the file; `no_space`, `internal`.
    pub(crate) async fn take_over(
        &self,
        key: &BlobKey,
        lease: u64,
        point: ResumePoint,
    ) -> Result<Option<(StagedFile, Checkpoint)>> {
        let (staging, key) = (self.clone(), key.clone());
        let path = self.leased_path(&key, lease);
        let taken = on_disk(
            move || match take_over(&staging.folder, &key, lease, &path)? {
                TakeOver::Done(file) => {
                    let Some(checkpoint) = point.find(&file)? else {
                        return Ok(Some(None));
                    };
                    let sink = Sink::new(file, checkpoint.clone(), Some(path.clone()));
                    let path = StagedPath::outliving(path, staging);
                    let file = StagedFile::new(sink, checkpoint.offset, path);
                    Ok(Some(Some((file, checkpoint))))
                }
                TakeOver::Missing => Ok(Some(None)),
                TakeOver::ByAnother => Ok(None),
            },
        );
        taken.await?.ok_or_else(Error::taken_over)
    }

    /// Removes what is staged for `key`; succeeds if there is nothing.
    pub(crate) async fn remove(&self, key: &BlobKey) -> Result<()> {
        let (folder, key) = (Arc::clone(&self.folder), key.clone());
        on_disk(move || {
            let staged = staged_files(&folder)?;
            let mut of_key = staged.filter(|staged| staged.key == key);
            of_key.try_for_each(|staged| remove_if_there(&staged.path))
        })
        .await
    }

    /// All files that were last written before `moment`; none if there is no folder.
    pub(crate) async fn older_than(&self, moment: Timestamp) -> Result<Vec<Staged>> {
        let folder = Arc::clone(&self.folder);
        on_disk(move || {
            let mut old = Vec::new();
            if !folder.try_exists()? {
                return Ok(old);
            }
            for staged in staged_files(&folder)? {
                // Skips a file that was published or removed after the folder was read.
                let Ok(metadata) = fs::symlink_metadata(&staged.path) else {
                    continue;
                };
                if Timestamp::try_from(metadata.modified()?).is_ok_and(|time| time < moment) {
                    old.push(staged);
                }
            }
            Ok(old)
        })
        .await
    }

    /// How many bytes are staged.
    pub(crate) fn bytes(&self) -> io::Result<u64> {
        let files = staged_files(&self.folder)?;
        let files = files.filter_map(|staged| fs::symlink_metadata(staged.path).ok());
        Ok(files.map(|file| file.len()).sum())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.folder.join(format!("{key}{SUFFIX}"))
    }

    fn leased_path(&self, key: &BlobKey, lease: u64) -> PathBuf {
        self.folder.join(format!("{key}.{lease}{SUFFIX}"))
    }
}

fn create_new(path: &Path) -> io::Result<File> {
    let mut options = private_file();
    options.read(true).write(true).create_new(true).open(path)
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::host::clock::{after, before};
    use crate::host::seeded_randomness::SeededRandomness;

    fn key(seed: u64) -> BlobKey {
        BlobKey::generate(&SeededRandomness::new(seed)).unwrap()
    }

    #[tokio::test]
    async fn file_of_that_name_is_refused_and_left_alone() {
        let folder = TempDir::new().unwrap();
        let staging = Staging::open(folder.path().join("staging")).await.unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&victim, staging.path(&key(1))).unwrap();
        #[cfg(not(unix))]
        fs::copy(&victim, staging.path(&key(1))).unwrap();
        assert!(staging.create(&key(1)).await.is_err());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert!(staging.create(&key(2)).await.is_ok());
    }

    #[tokio::test]
    async fn old_staged_files_are_listed_and_other_files_are_not() {
        let staging = Staging::temporary().await.unwrap();
        let file = staging.create(&key(1)).await.unwrap();
        fs::write(staging.folder.join("notes.txt"), "mine").unwrap();
        let now = Timestamp::now();
        let hour = Duration::from_secs(3600);
        assert_eq!(staging.older_than(before(now, hour)).await.unwrap(), []);
        let old = staging.older_than(after(now, hour)).await.unwrap();
        assert_eq!(
            old.iter().map(|staged| &staged.key).collect::<Vec<_>>(),
            [&key(1)]
        );
        staging.remove(&key(1)).await.unwrap();
        staging.remove(&key(1)).await.unwrap();
        assert_eq!(staging.older_than(after(now, hour)).await.unwrap(), []);
        drop(file);
    }

    #[tokio::test]
    async fn temporary_folder_is_removed_with_its_last_owner() {
        let staging = Staging::temporary().await.unwrap();
        let folder = Arc::clone(&staging.folder);
        let file = staging.create(&key(1)).await.unwrap();
        drop(staging);
        assert!(folder.exists());
        drop(file);
        assert!(!folder.exists());
    }
}
