//! One upload on its way to the disk: hashed and written on a blocking thread while the next
//! bytes arrive.

use std::fmt;
use std::io;
use std::mem;

use bytes::BufMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::{self, JoinHandle};

use crate::basics::error::{Error, Result};
use crate::storage::CHUNK;
use crate::storage::staging::checkpoint::Mark;
use crate::storage::staging::sealed::Sealed;
use crate::storage::staging::sink::Sink;
use crate::storage::staging::staged_path::StagedPath;

/// A file in the staging folder that is being written.
pub(crate) struct StagedFile {
    /// Empty while the disk is at work and after it failed.
    sink: Option<Sink>,
    working: Option<Working>,
    /// Bytes that arrived and were not handed to the disk yet; never more than `CHUNK`.
    buffer: Vec<u8>,
    received: u64,
    /// Set for good when a sync failed: nobody knows what is on the disk.
    lost: bool,
    path: StagedPath,
}

/// Work of a blocking thread, which gives the sink back only if all went well.
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
        let read = read.map_err(|source| Error::cut_off().with_source(source))? as u64;
        self.received += read;
        Ok(read)
    }

    /// Writes what is left and gives the whole file with its digest.
    pub(crate) async fn seal(mut self) -> Result<Sealed> {
        self.flush().await?;
        let sink = self.sink.take().ok_or_else(Error::broken_off)?;
        Ok(Sealed::new(sink, self.received, self.path))
    }

    /// Waits until every byte was handed to the file.
    async fn flush(&mut self) -> Result<()> {
        if !self.buffer.is_empty() {
            self.hand_over().await?;
        }
        self.settle().await
    }

    /// Waits until every byte is on the disk, and says how far that is.
    ///
    /// A file whose sync failed [is lost](Self::is_lost), unless the disk was full: a second sync
    /// can succeed although pages were dropped (PostgreSQL wiki, "Fsync Errors").
    pub(crate) async fn sync(&mut self) -> Result<Mark> {
        self.flush().await?;
        self.work(true, |sink| {
            sink.file.sync_data()?;
            Ok(sink)
        })?;
        self.settle().await?;
        let sink = self.sink.as_ref().ok_or_else(Error::broken_off)?;
        Ok(Mark {
            offset: self.received,
            hash: sink.hash.clone(),
        })
    }

    /// Goes back to `mark`, as if nothing had come after it.
    pub(crate) async fn rewind(&mut self, mark: &Mark) -> Result<()> {
        self.settle().await?;
        self.buffer.clear();
        self.received = mark.offset;
        let mark = mark.clone();
        self.work(false, move |sink| sink.rewind(mark))?;
        self.settle().await
    }

    /// Begins to hash the bytes that come from now on for themselves too.
    pub(crate) async fn begin_part(&mut self) -> Result<()> {
        self.flush().await?;
        let sink = self.sink.as_mut().ok_or_else(Error::broken_off)?;
        sink.part = Some(Default::default());
        Ok(())
    }

    /// SHA-256 of the bytes since [`begin_part`](Self::begin_part), in hexadecimal.
    pub(crate) async fn end_part(&mut self) -> Result<String> {
        self.flush().await?;
        let sink = self.sink.as_mut().ok_or_else(Error::broken_off)?;
        Ok(sink.end_part())
    }

    /// Whether the disk failed, so that no call will succeed any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.sink.is_none() && self.working.is_none()
    }

    /// Whether it failed in a way after which the file is good for nothing.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Lets go of the file and leaves it where it is, or removes it.
    pub(crate) fn into_path(self) -> StagedPath {
        self.path
    }

    /// How many bytes the buffer takes; at least one, for which it may be handed to the disk.
    async fn room(&mut self) -> Result<usize> {
        if self.buffer.len() >= CHUNK {
            self.hand_over().await?;
        }
        self.buffer.reserve_exact(CHUNK - self.buffer.len());
        Ok(CHUNK - self.buffer.len())
    }

    /// Starts to write the buffer as soon as the work before it is done.
    async fn hand_over(&mut self) -> Result<()> {
        self.settle().await?;
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
        let sink = self.sink.take().ok_or_else(Error::broken_off)?;
        let thread = task::spawn_blocking(move || work(sink));
        self.working = Some(Working { thread, is_sync });
        Ok(())
    }

    /// Waits for the work that is under way. When dropped, the next call waits for it.
    async fn settle(&mut self) -> Result<()> {
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

/// Writing to a file finds nothing missing but its name, which whoever takes it over takes away.
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
