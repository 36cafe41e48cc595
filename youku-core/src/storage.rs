//! The bytes of movies: staged on the local disk while they arrive, then published under a random
//! key to an object store and never changed again.
//!
//! No code in here uses a name that a client sent: files and objects are named by random keys.

pub(crate) mod key;
pub(crate) mod location;

pub(crate) mod staging;

pub(crate) mod blobs;
pub(crate) mod publish;
#[cfg(feature = "s3")]
pub(crate) mod s3;

pub(crate) mod identity;
pub(crate) mod inventory;

pub(crate) mod body;

use std::fs::File;
use std::io;
use std::path::Path;

use tokio::task;

use crate::basics::error::{Error, Result};

/// How many bytes are read or written at once. Each transfer holds two such buffers: one for the
/// disk and one for the network.
pub(crate) const CHUNK: usize = 256 * 1024;

/// Runs `work` on a blocking thread, where waiting for the disk delays no other task. It runs to
/// its end even when the future is dropped.
pub(crate) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = task::spawn_blocking(work).await;
    done.map_err(Error::internal)?.map_err(Error::disk)
}

/// Syncs the entries of `folder`: without it, a crash can lose a file that was synced.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        // Other systems do not open folders as files; their file systems keep the order.
        Ok(())
    }
}

#[cfg(test)]
mod tests;
