//! A staged file that is whole.

use std::fs::File;

use sha2::Digest;

use super::on_disk;
use super::sink::Sink;
use super::staged_path::StagedPath;
use crate::error::is_full;
use crate::{Result, hex};

/// A whole staged file: all bytes are written, none is known to be on the disk yet.
pub(crate) struct Sealed {
    file: File,
    path: StagedPath,
    size: u64,
    /// SHA-256 of all its bytes, in hexadecimal.
    pub(crate) sha256: String,
}

/// A whole staged file that is on the disk.
pub(crate) struct Synced {
    pub(super) path: StagedPath,
    pub(super) size: u64,
}

impl Sealed {
    pub(super) fn new(sink: Sink, size: u64, path: StagedPath) -> Self {
        Self {
            file: sink.file,
            path,
            size,
            sha256: hex::encode(&sink.hash.finalize()),
        }
    }

    /// Puts the bytes on the disk and lets go of the file. One whose sync failed is removed, even if
    /// it outlives its handle, unless the disk was full (`no_space`): a second sync can succeed
    /// although pages were lost (PostgreSQL wiki, "Fsync Errors").
    pub(crate) async fn sync(self) -> Result<Synced> {
        on_disk(move || match self.file.sync_all() {
            Ok(()) => {
                tracing::trace!("staged file synced");
                Ok(Synced {
                    path: self.path,
                    size: self.size,
                })
            }
            Err(error) => {
                if !is_full(error.kind()) {
                    self.path.remove();
                }
                Err(error)
            }
        })
        .await
    }

    /// Lets go of the file.
    pub(crate) fn into_path(self) -> StagedPath {
        self.path
    }
}
