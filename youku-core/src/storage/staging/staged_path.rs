//! The path of a staged file, and who removes the file.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use crate::basics::error::Result;
use crate::storage::on_disk;
use crate::storage::staging::area::Staging;
use crate::storage::staging::area::remove_if_there;
use crate::storage::staging::sink::lock;

/// The path of a staged file. Dropping it removes the file, unless the file outlives its handle.
#[derive(Debug)]
pub(crate) struct StagedPath {
    path: PathBuf,
    outlives: bool,
    /// Keeps a temporary folder alive as long as a file in it.
    _staging: Staging,
}

impl StagedPath {
    /// The path of a file that is removed with its handle.
    pub(crate) fn new(path: PathBuf, staging: Staging) -> Self {
        Self {
            path,
            outlives: false,
            _staging: staging,
        }
    }

    /// The path of a file that another handle can take over.
    pub(crate) fn outliving(path: PathBuf, staging: Staging) -> Self {
        let mut path = Self::new(path, staging);
        path.outlives = true;
        path
    }

    pub(crate) fn as_path(&self) -> &Path {
        &self.path
    }

    /// Truncates the file to its first `length` bytes, unless it has been renamed.
    pub(crate) async fn truncate(self, length: u64) -> Result<()> {
        on_disk(move || {
            let file = match OpenOptions::new().write(true).open(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                file => file?,
            };
            lock(&file)?;
            if self.path.try_exists()? && file.metadata()?.len() > length {
                file.set_len(length)?;
            }
            Ok(())
        })
        .await
    }

    /// Removes the file now, even if it outlives its handle.
    pub(crate) fn remove(mut self) {
        self.outlives = false;
    }
}

impl Drop for StagedPath {
    fn drop(&mut self) {
        if self.outlives {
            return;
        }
        if let Err(error) = remove_if_there(&self.path) {
            tracing::warn!(%error, "cannot remove a staged file; the sweep removes it");
        }
    }
}
