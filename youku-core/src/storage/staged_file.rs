//! One upload on its way to the disk: hashed and written on a blocking thread while the next
//! bytes arrive.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};

use bytes::BufMut;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::{self, JoinHandle};

use super::staging::{Staging, remove_if_there};
use super::{CHUNK, on_disk};
use crate::{Error, Result, hex};

/// A file in the staging folder that is being written. It is removed when it is dropped.
pub(crate) struct StagedFile {
    /// Empty while a write is under way and after one failed.
    sink: Option<Sink>,
    writing: Option<JoinHandle<Written>>,
    /// Bytes that arrived and were not handed to the disk yet; never more than `CHUNK`.
    buffer: Vec<u8>,
    /// A second buffer to fill while the first is written.
    spare: Vec<u8>,
    received: u64,
    path: Removed,
}

/// What the blocking thread works on.
struct Sink {
    file: File,
    hash: Sha256,
}

/// What comes back from the blocking thread: the sink only if all went well.
type Written = (Vec<u8>, io::Result<Sink>);

/// A path whose file is removed when this is dropped.
struct Removed {
    path: PathBuf,
    /// Keeps a temporary folder alive as long as a file in it.
    _staging: Staging,
}

/// A whole staged file: all bytes are written, none is known to be on the disk yet.
pub(crate) struct Sealed {
    file: File,
    path: Removed,
    pub(crate) size: u64,
    /// SHA-256 of all its bytes, in hexadecimal.
    pub(crate) sha256: String,
}

impl StagedFile {
    pub(super) fn new(file: File, path: PathBuf, staging: Staging) -> Self {
        Self {
            sink: Some(Sink {
                file,
                hash: Sha256::new(),
            }),
            writing: None,
            buffer: Vec::new(),
            spare: Vec::new(),
            received: 0,
            path: Removed {
                path,
                _staging: staging,
            },
        }
    }

    /// How many bytes were taken so far; those that a dropped call took are counted.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Takes all of `bytes`.
    ///
    /// When the future is dropped, the first part of them may have been taken.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = self.room().await?;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            self.received += now.len() as u64;
            bytes = later;
        }
        Ok(())
    }

    /// Takes at most `limit` bytes from `reader` and says how many; 0 is the end.
    ///
    /// When the future is dropped, nothing was taken.
    pub(crate) async fn read_from<R>(&mut self, reader: &mut R, limit: u64) -> Result<u64>
    where
        R: AsyncRead + Unpin,
    {
        let room = self.room().await?;
        let room = usize::try_from(limit).map_or(room, |limit| limit.min(room));
        let read = reader.read_buf(&mut (&mut self.buffer).limit(room)).await;
        let read = read.map_err(|source| {
            let text = "the upload stopped before its end";
            Error::new(crate::Code::Interrupted, text).with_source(source)
        })? as u64;
        self.received += read;
        Ok(read)
    }

    /// Writes what is left and gives the whole file with its digest.
    pub(crate) async fn seal(mut self) -> Result<Sealed> {
        self.hand_over().await?;
        self.settle().await?;
        let sink = self.sink.take().ok_or_else(broken)?;
        Ok(Sealed {
            file: sink.file,
            path: self.path,
            size: self.received,
            sha256: hex::encode(&sink.hash.finalize()),
        })
    }

    /// How many bytes the buffer takes; at least one, for which it may be handed to the disk.
    async fn room(&mut self) -> Result<usize> {
        if self.buffer.len() >= CHUNK {
            self.hand_over().await?;
        }
        self.buffer.reserve_exact(CHUNK - self.buffer.len());
        Ok(CHUNK - self.buffer.len())
    }

    /// Starts to write the buffer as soon as the write before it is done.
    async fn hand_over(&mut self) -> Result<()> {
        self.settle().await?;
        let sink = self.sink.take().ok_or_else(broken)?;
        let full = mem::replace(&mut self.buffer, mem::take(&mut self.spare));
        self.writing = Some(task::spawn_blocking(move || sink.write(full)));
        Ok(())
    }

    /// Waits for the write that is under way. When dropped, the next call waits for it.
    async fn settle(&mut self) -> Result<()> {
        let Some(writing) = &mut self.writing else {
            return Ok(());
        };
        let written = writing.await;
        self.writing = None;
        let (mut buffer, sink) = written.map_err(Error::internal)?;
        buffer.clear();
        self.spare = buffer;
        self.sink = Some(sink.map_err(Error::disk)?);
        Ok(())
    }
}

impl Sink {
    fn write(mut self, bytes: Vec<u8>) -> Written {
        self.hash.update(&bytes);
        let written = self.file.write_all(&bytes);
        (bytes, written.map(|()| self))
    }
}

impl Sealed {
    /// Puts the bytes on the disk and lets go of the file. After an error it must be discarded:
    /// a second sync of the same file can succeed although pages were lost (PostgreSQL wiki,
    /// "Fsync Errors").
    pub(super) async fn sync(self) -> Result<Synced> {
        on_disk(move || {
            self.file.sync_all()?;
            Ok(Synced(self.path))
        })
        .await
    }
}

/// A staged file whose bytes are on the disk. It is removed when it is dropped.
pub(super) struct Synced(Removed);

impl Synced {
    pub(super) fn path(&self) -> &Path {
        &self.0.path
    }
}

impl Drop for Removed {
    fn drop(&mut self) {
        if let Err(error) = remove_if_there(&self.path) {
            tracing::warn!(%error, "a staged file stays until the next sweep");
        }
    }
}

/// What every call after a failed one gets.
fn broken() -> Error {
    Error::new(
        crate::Code::Interrupted,
        "the upload failed before; start a new one",
    )
}

impl fmt::Debug for StagedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StagedFile")
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
