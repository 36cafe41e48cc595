//! A complete staged file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::Digest;

use crate::basics::error::stored::is_full;
use crate::basics::error::{Error, Result};
use crate::storage::on_disk;
use crate::storage::staging::sink::Sink;
use crate::storage::staging::staged_path::StagedPath;

/// A complete staged file: all bytes are written, but possibly not synced to the disk.
pub(crate) struct Sealed {
    file: File,
    path: StagedPath,
    size: u64,
    /// SHA-256 of all its bytes, in hexadecimal.
    pub(crate) sha256: String,
}

/// A complete staged file that is synced to the disk.
pub(crate) struct Synced {
    pub(crate) path: StagedPath,
    pub(crate) size: u64,
}

impl Sealed {
    pub(crate) fn new(sink: Sink, size: u64, path: StagedPath) -> Self {
        Self {
            file: sink.file,
            path,
            size,
            sha256: HEXLOWER.encode(&sink.hash.finalize()),
        }
    }

    /// Syncs the bytes to the disk and closes the file. A file whose sync failed is removed, even
    /// if it outlives its handle, unless the disk was full (`no_space`): a second sync can succeed
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

    /// At most so many bytes from its beginning.
    ///
    /// # Errors
    ///
    /// `upload_gone` when a sweep removed the file as a leftover.
    pub(crate) async fn first_bytes(&self, most: u64) -> Result<Vec<u8>> {
        let path = self.path.as_path().to_owned();
        let read = on_disk(move || {
            let mut bytes = Vec::new();
            match File::open(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                file => file?.take(most).read_to_end(&mut bytes)?,
            };
            Ok(Some(bytes))
        });
        read.await?.ok_or_else(Error::upload_gone)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.path.as_path()
    }

    /// Closes the file and returns its path.
    pub(crate) fn into_path(self) -> StagedPath {
        self.path
    }
}
