//! Where the bytes of movies are: staged on the local disk while they arrive, then published under
//! a random key into an object store and never changed again.
//!
//! Nothing in here takes a name that somebody sent: files and objects are named by random keys.

mod blobs;
mod body;
mod key;
mod location;
mod mark;
mod place;
mod publish;
#[cfg(feature = "s3")]
mod s3;
mod sealed;
mod sink;
mod space;
mod staged;
mod staged_file;
mod staged_path;
mod staging;
mod staging_place;

pub(crate) use blobs::Blobs;
pub(crate) use body::Body;
pub(crate) use key::BlobKey;
pub(crate) use location::{Location, Movies};
pub(crate) use mark::Mark;
pub(crate) use place::Place;
pub(crate) use sealed::{Sealed, Synced};
pub(crate) use space::Needed;
pub(crate) use staged_file::StagedFile;
pub(crate) use staged_path::StagedPath;
pub(crate) use staging::Staging;
pub(crate) use staging_place::StagingPlace;

use std::fs::File;
use std::io;
use std::path::Path;

use tokio::task;

use crate::{Error, Result};

/// How many bytes are read or written at once. Two such buffers are held for each transfer: one
/// that the disk works on and one that the network works on.
const CHUNK: usize = 256 * 1024;

/// Runs `work` on a thread where waiting for the disk holds up nobody. It runs to its end even
/// when the future is dropped.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = task::spawn_blocking(work).await;
    done.map_err(Error::internal)?.map_err(Error::disk)
}

/// Makes the entries of `folder` durable: without it a crash can forget a file that was synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        // Other systems do not open folders as files; their file systems keep the order.
        Ok(())
    }
}

#[cfg(test)]
mod tests;
