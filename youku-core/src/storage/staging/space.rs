//! How much disk space is left for movies, checked before their bytes come.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use crate::basics::error::{Error, Result};
use crate::storage::blobs::Blobs;
use crate::storage::on_disk;
use crate::storage::staging::area::Staging;

/// The space that uploads need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needed {
    /// The bytes of the new upload.
    pub(crate) new: u64,
    /// All bytes of the uploads in progress, including those that have arrived.
    pub(crate) under_way: u64,
    /// The bytes that must stay free.
    pub(crate) reserve: u64,
}

impl Needed {
    /// Fails unless the bytes fit on each local disk that an upload uses.
    ///
    /// # Errors
    ///
    /// `no_space`; `internal` when the free space of a disk cannot be read.
    pub(crate) async fn require(self, staging: &Staging, blobs: &Blobs) -> Result<()> {
        let (staging, movies) = (staging.clone(), blobs.folder.clone());
        let fits = on_disk(move || self.fits(&staging, movies.as_deref())).await?;
        fits.then_some(()).ok_or_else(Error::no_space)
    }

    fn fits(self, staging: &Staging, movies: Option<&Path>) -> io::Result<bool> {
        let all = self.new.saturating_add(self.under_way);
        let all = all.saturating_add(self.reserve);
        // Bytes that have arrived already use space on the disk.
        let missing = all.saturating_sub(staging.bytes()?.min(self.under_way));
        if fs4::available_space(staging.folder())? < missing {
            return Ok(false);
        }
        match movies {
            Some(movies) if !same_disk(staging.folder(), movies)? => {
                Ok(fs4::available_space(movies)? >= all)
            }
            _ => Ok(true),
        }
    }
}

/// Whether a file is renamed from one folder to the other, instead of being copied.
fn same_disk(one: &Path, other: &Path) -> io::Result<bool> {
    Ok(disk(&one.metadata()?) == disk(&other.metadata()?))
}

#[cfg(unix)]
fn disk(folder: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::dev(folder)
}

/// On other systems the two are assumed to be the same disk.
#[cfg(not(unix))]
fn disk(_: &Metadata) -> u64 {
    0
}
