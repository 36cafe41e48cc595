//! The folder in which uploads are written before they are movies.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;

use super::{BlobKey, StagedFile, on_disk, sync_folder};
use crate::{Error, Result};

/// What the name of a staged file ends with.
const SUFFIX: &str = ".part";

/// A folder on the local disk that holds one file for each upload that is under way.
#[derive(Debug, Clone)]
pub(crate) struct Staging {
    folder: Arc<Path>,
    /// Removes the folder with its last owner, where nobody chose one.
    _temporary: Option<Arc<TempDir>>,
}

impl Staging {
    /// The folder at `path`, made if it is not there.
    pub(crate) async fn open(path: PathBuf) -> Result<Self> {
        let folder: Arc<Path> = std::path::absolute(path).map_err(Error::disk)?.into();
        let made = Arc::clone(&folder);
        on_disk(move || {
            fs::create_dir_all(&made)?;
            made.parent().map_or(Ok(()), sync_folder)
        })
        .await?;
        Ok(Self {
            folder,
            _temporary: None,
        })
    }

    /// A new folder among the system's temporary files that goes when it is no longer used.
    pub(crate) async fn temporary() -> Result<Self> {
        let temporary = on_disk(|| tempfile::Builder::new().prefix("youku-").tempdir()).await?;
        Ok(Self {
            folder: temporary.path().into(),
            _temporary: Some(Arc::new(temporary)),
        })
    }

    /// A new, empty file for `key`.
    ///
    /// Whatever is there under that name already, a planted symbolic link included, is refused
    /// and left alone.
    pub(crate) async fn create(&self, key: &BlobKey) -> Result<StagedFile> {
        let path = self.path(key);
        let staging = self.clone();
        on_disk(move || {
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)?;
            Ok(StagedFile::new(file, path, staging))
        })
        .await
    }

    /// Removes the file of `key`; that there is none is fine.
    pub(crate) async fn remove(&self, key: &BlobKey) -> Result<()> {
        let path = self.path(key);
        on_disk(move || remove_if_there(&path)).await
    }

    /// The keys of all files that were last written before `moment`.
    pub(crate) async fn older_than(&self, moment: Timestamp) -> Result<Vec<BlobKey>> {
        let folder = Arc::clone(&self.folder);
        on_disk(move || {
            let mut keys = Vec::new();
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let Some(key) = key_of(&entry.file_name().to_string_lossy()) else {
                    continue;
                };
                // A file that was published or dropped since the folder was read is not ours.
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                if Timestamp::try_from(metadata.modified()?).is_ok_and(|time| time < moment) {
                    keys.push(key);
                }
            }
            Ok(keys)
        })
        .await
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.folder.join(format!("{key}{SUFFIX}"))
    }
}

fn key_of(file_name: &str) -> Option<BlobKey> {
    BlobKey::parse(file_name.strip_suffix(SUFFIX)?)
}

pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::{after, before};
    use crate::testing::SeededRandomness;

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
    async fn old_files_are_listed_and_strangers_are_not() {
        let staging = Staging::temporary().await.unwrap();
        let file = staging.create(&key(1)).await.unwrap();
        fs::write(staging.folder.join("notes.txt"), "mine").unwrap();
        let now = Timestamp::now();
        let hour = Duration::from_secs(3600);
        assert_eq!(staging.older_than(before(now, hour)).await.unwrap(), []);
        assert_eq!(
            staging.older_than(after(now, hour)).await.unwrap(),
            [key(1)]
        );
        staging.remove(&key(1)).await.unwrap();
        staging.remove(&key(1)).await.unwrap();
        assert_eq!(staging.older_than(after(now, hour)).await.unwrap(), []);
        drop(file);
    }

    #[tokio::test]
    async fn temporary_folder_goes_with_its_last_owner() {
        let staging = Staging::temporary().await.unwrap();
        let folder = Arc::clone(&staging.folder);
        let file = staging.create(&key(1)).await.unwrap();
        drop(staging);
        assert!(folder.exists());
        drop(file);
        assert!(!folder.exists());
    }
}
