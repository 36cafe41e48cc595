//! Moving a staged file to an object in the store.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path as FilePath;

use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt};

use crate::basics::error::{Error, Result};
use crate::basics::private_files::private_file;
use crate::storage::blobs::{Blobs, partial_name};
use crate::storage::key::BlobKey;
use crate::storage::staging::sealed::Synced;
use crate::storage::staging::staged_path::StagedPath;
use crate::storage::{on_disk, sync_folder};

/// The least part of a multipart upload in bytes; S3 wants 5 MiB at least and 10 000 at most.
const PART: u64 = 8 << 20;
const MAX_PARTS: u64 = 10_000;

impl Blobs {
    /// Turns a staged file into the object `key` and removes it from staging. When this returns,
    /// the object survives a crash of the machine. After an error, a file that outlives its handle
    /// is either still staged or already the object.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the object may be left in the store. The caller must run this to
    /// its end, or rely on the sweep to find objects that no row owns.
    pub(crate) async fn publish(&self, synced: Synced, key: &BlobKey) -> Result<()> {
        let Synced { path, size } = synced;
        if let Some(folder) = self.folder.clone() {
            let (from, to) = (path.as_path().to_owned(), folder.join(key.as_str()));
            match on_disk(move || move_file(&from, &to, &folder)).await? {
                Moved::Durably => return Ok(()),
                Moved::Vanished => return Err(Error::upload_gone()),
                Moved::NotAcrossDisks => {}
            }
        }
        match self.folder.clone() {
            Some(folder) => {
                let (from, key) = (path.as_path().to_owned(), key.clone());
                let copied = on_disk(move || copy_file(&from, &key, &folder)).await?;
                copied.then_some(()).ok_or_else(Error::upload_gone)?;
            }
            None => self.copy(&path, size, &self.path(key)).await?,
        }
        tracing::trace!("bytes are in the store");
        path.remove();
        Ok(())
    }

    /// Makes sure that an object which was found in the store survives a crash of the machine: the
    /// program that put it there may have ended before it synced the folder.
    pub(crate) async fn sync(&self) -> Result<()> {
        match self.folder.clone() {
            Some(folder) => on_disk(move || sync_folder(&folder)).await,
            None => Ok(()),
        }
    }

    /// Sends a staged file to the store: in one request when it is small, in parts otherwise.
    async fn copy(&self, from: &StagedPath, size: u64, to: &Path) -> Result<()> {
        let part = PART.max(size.div_ceil(MAX_PARTS));
        if size <= part {
            let bytes = read_part(from.as_path(), 0, size).await?;
            self.store
                .put(to, bytes.into())
                .await
                .map_err(Error::store)?;
            return Ok(());
        }
        let mut parts = self.store.put_multipart(to).await.map_err(Error::store)?;
        let sent = send(&mut *parts, from, size, part).await;
        if sent.is_err() {
            // If this fails too, an unfinished upload stays in the store, which no reader sees.
            if let Err(error) = parts.abort().await {
                tracing::warn!(%error, "cannot abort a multipart upload; its parts stay in the bucket");
            }
        }
        sent
    }
}

/// Sends a staged file in parts of `part` bytes.
async fn send(
    parts: &mut dyn MultipartUpload,
    from: &StagedPath,
    size: u64,
    part: u64,
) -> Result<()> {
    for offset in (0..size).step_by(usize::try_from(part).map_err(Error::internal)?) {
        let bytes = read_part(from.as_path(), offset, part.min(size - offset)).await?;
        parts.put_part(bytes.into()).await.map_err(Error::store)?;
    }
    parts.complete().await.map_err(Error::store)?;
    Ok(())
}

/// The outcome of renaming a file.
enum Moved {
    Durably,
    /// The two folders are on different file systems.
    NotAcrossDisks,
    /// A sweep removed the file as a leftover.
    Vanished,
}

fn move_file(from: &FilePath, to: &FilePath, folder: &FilePath) -> io::Result<Moved> {
    match fs::rename(from, to) {
        Ok(()) => {
            tracing::trace!("bytes are in the store");
            sync_folder(folder)?;
            tracing::trace!("store synced");
            Ok(Moved::Durably)
        }
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => Ok(Moved::NotAcrossDisks),
        Err(_) if !from.exists() => Ok(Moved::Vanished),
        Err(error) => Err(error),
    }
}

/// Copies a file from another disk: to a file with another name first, so that the object is whole
/// as soon as it is there. Returns false if a sweep removed the file as a leftover.
fn copy_file(from: &FilePath, key: &BlobKey, folder: &FilePath) -> io::Result<bool> {
    let mut source = match File::open(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    let partial = folder.join(partial_name(key));
    let mut options = private_file();
    let mut copy = options
        .write(true)
        .create(true)
        .truncate(true)
        .open(&partial)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()?;
    fs::rename(&partial, folder.join(key.as_str()))?;
    sync_folder(folder)?;
    Ok(true)
}

async fn read_part(path: &FilePath, offset: u64, length: u64) -> Result<Vec<u8>> {
    let path = path.to_owned();
    let read = on_disk(move || {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        file.take(length).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    });
    // A sweep removed the file as a leftover.
    read.await?.ok_or_else(Error::upload_gone)
}
