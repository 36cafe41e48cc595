//! One upload being written to the disk: a blocking thread hashes and writes it while the next
//! bytes arrive.

use std::fmt;
use std::io;
use std::mem;

use bytes::BufMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::{self, JoinHandle};

use crate::basics::error::{Error, Result};
use crate::storage::CHUNK;
use crate::storage::staging::checkpoint::Checkpoint;
use crate::storage::staging::sealed::Sealed;
use crate::storage::staging::sink::Sink;
use crate::storage::staging::staged_path::StagedPath;

/// A file in the staging folder that is being written.
pub(crate) struct StagedFile {
    /// Empty while the disk is working and after it failed.
    sink: Option<Sink>,
    working: Option<Working>,
    /// Bytes that arrived and were not passed to the disk yet; at most `CHUNK`.
    buffer: Vec<u8>,
    received: u64,
    /// Set for good when a sync failed: what is on the disk is then unknown.
    lost: bool,
    path: StagedPath,
}

/// Work on a blocking thread. It returns the sink only if all of it succeeded.
struct Working {
    thread: JoinHandle<io::Result<Sink>>,
    is_sync: bool,
}

impl StagedFile {
    pub(crate) fn new(sink: Sink, received: u64, path: StagedPath) -> Self {
        Self {
            sink: Some(sink),
            working: None,
            buffer: Vec::new(),
            received,
            lost: false,
            path,
        }
    }

    /// How many bytes were taken so far, including those that a dropped call took.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Takes all of `bytes`.
    ///
    /// When the future is dropped, the first part of them may have been taken.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = self.buffer_space().await?;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            self.received += now.len() as u64;
            bytes = later;
        }
        Ok(())
    }

    /// Takes at most `limit` bytes from `reader` and returns how many; 0 means the end.
    ///
    /// When the future is dropped, nothing was taken.
    pub(crate) async fn read_from(
        &mut self,
        reader: &mut (impl AsyncRead + Unpin),
        limit: u64,
    ) -> Result<u64> {
        let room = self.buffer_space().await?;
        let room = usize::try_from(limit).map_or(room, |limit| limit.min(room));
        let read = reader.read_buf(&mut (&mut self.buffer).limit(room)).await;
        let read = read.map_err(|source| Error::interrupted().with_source(source))? as u64;
        self.received += read;
        Ok(read)
    }

    /// Writes the remaining bytes and returns the complete file with its digest.
    pub(crate) async fn seal(mut self) -> Result<Sealed> {
        self.flush().await?;
        let sink = self.sink.take().ok_or_else(Error::aborted)?;
        Ok(Sealed::new(sink, self.received, self.path))
    }

    /// Waits until every byte was written to the file.
    async fn flush(&mut self) -> Result<()> {
        if !self.buffer.is_empty() {
            self.write_buffer().await?;
        }
        self.join_work().await
    }

    /// Waits until every byte is synced to the disk, and returns the checkpoint after the last one.
    ///
    /// A file whose sync failed [is lost](Self::is_lost), unless the disk was full: a second sync
    /// can succeed although pages were dropped (PostgreSQL wiki, "Fsync Errors").
    pub(crate) async fn sync(&mut self) -> Result<Checkpoint> {
        self.flush().await?;
        self.work(true, |sink| {
            sink.file.sync_data()?;
            Ok(sink)
        })?;
        self.join_work().await?;
        let sink = self.sink.as_ref().ok_or_else(Error::aborted)?;
        Ok(Checkpoint {
            offset: self.received,
            hash: sink.hash.clone(),
        })
    }

    /// Goes back to `checkpoint` and discards everything after it.
    pub(crate) async fn rewind(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        self.join_work().await?;
        self.buffer.clear();
        self.received = checkpoint.offset;
        let checkpoint = checkpoint.clone();
        self.work(false, move |sink| sink.rewind(checkpoint))?;
        self.join_work().await
    }

    /// From now on, also hashes the bytes of a part separately.
    pub(crate) async fn begin_part(&mut self) -> Result<()> {
        self.flush().await?;
        let sink = self.sink.as_mut().ok_or_else(Error::aborted)?;
        sink.part = Some(Default::default());
        Ok(())
    }

    /// SHA-256 of the bytes since [`begin_part`](Self::begin_part), in hexadecimal.
    pub(crate) async fn end_part(&mut self) -> Result<String> {
        self.flush().await?;
        let sink = self.sink.as_mut().ok_or_else(Error::aborted)?;
        Ok(sink.end_part())
    }

    /// Whether the disk failed, so that no further call can succeed.
    pub(crate) fn is_broken(&self) -> bool {
        self.sink.is_none() && self.working.is_none()
    }

    /// Whether the disk failed in such a way that the file cannot be used any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Releases the file. Dropping the path removes the file, unless it outlives its handle.
    pub(crate) fn into_path(self) -> StagedPath {
        self.path
    }

    /// How many bytes the buffer can take, at least one. If it is full, it is passed to the disk
    /// first.
    async fn buffer_space(&mut self) -> Result<usize> {
        if self.buffer.len() >= CHUNK {
            self.write_buffer().await?;
        }
        self.buffer.reserve_exact(CHUNK - self.buffer.len());
        Ok(CHUNK - self.buffer.len())
    }

    /// Starts to write the buffer as soon as the previous work is done.
    async fn write_buffer(&mut self) -> Result<()> {
        self.join_work().await?;
        if let Some(sink) = &mut self.sink {
            mem::swap(&mut self.buffer, &mut sink.buffer);
        }
        self.work(false, Sink::write)
    }

    fn work(
        &mut self,
        is_sync: bool,
        work: impl FnOnce(Sink) -> io::Result<Sink> + Send + 'static,
    ) -> Result<()> {
        let sink = self.sink.take().ok_or_else(Error::aborted)?;
        let thread = task::spawn_blocking(move || work(sink));
        self.working = Some(Working { thread, is_sync });
        Ok(())
    }

    /// Waits for the work in progress. If the future is dropped, the next call waits for it.
    async fn join_work(&mut self) -> Result<()> {
        let Some(working) = &mut self.working else {
            return Ok(());
        };
        let (done, is_sync) = ((&mut working.thread).await, working.is_sync);
        self.working = None;
        let done = done.map_err(Error::internal)?.map_err(disk);
        match done {
            Ok(sink) => self.sink = Some(sink),
            Err(error) => {
                self.lost |= is_sync && error.code() != crate::basics::code::Code::NoSpace;
                return Err(error);
            }
        }
        Ok(())
    }
}

/// While a file is written, only its name can be missing: a handle that takes the file over renames
/// it.
fn disk(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::taken_over(),
        _ => Error::disk(error),
    }
}

impl fmt::Debug for StagedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StagedFile")
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
