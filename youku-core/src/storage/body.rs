//! Reading the bytes of a movie.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::mem;
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::GetResultPayload;
use tokio::task::{self, JoinHandle};

use crate::basics::error::{Error, Result};
use crate::storage::CHUNK;

/// Stored bytes, in order, one chunk after the other. From a file, the next chunk is read while the
/// previous one is sent.
pub(crate) struct Body {
    source: Source,
    /// Bytes that the source gave in a chunk that was too long to return at once.
    rest: Bytes,
    /// How many bytes remain.
    left: u64,
}

enum Source {
    /// A local file from which nothing was read yet, and the offset at which to begin.
    Untouched(File, u64),
    Stream(BoxStream<'static, Result<Bytes>>),
    Nothing,
}

impl Body {
    pub(crate) fn new(payload: GetResultPayload, range: Range<u64>) -> Self {
        let source = match payload {
            GetResultPayload::File(file, _) => Source::Untouched(file, range.start),
            GetResultPayload::Stream(stream) => {
                Source::Stream(stream.map_err(Error::store).boxed())
            }
        };
        Self {
            source,
            rest: Bytes::new(),
            left: range.end - range.start,
        }
    }

    pub(crate) fn empty() -> Self {
        Self {
            source: Source::Nothing,
            rest: Bytes::new(),
            left: 0,
        }
    }

    /// How many bytes remain.
    #[must_use]
    pub(crate) fn remaining(&self) -> u64 {
        self.left
    }

    /// The open file with the bytes, and the range of them; the body itself when the bytes are not
    /// in a local file or [`chunk`](Self::chunk) was called.
    pub(crate) fn into_file(self) -> Result<(File, Range<u64>), Self> {
        match self.source {
            Source::Untouched(file, start) => Ok((file, start..start + self.left)),
            _ => Err(self),
        }
    }

    /// Returns the next bytes, 1 to 262 144 of them, or `None` at the end.
    ///
    /// # Errors
    ///
    /// - [`Code::Internal`](crate::Code::Internal): the stored bytes end too early or cannot be
    ///   read. The download must be aborted, so that the client does not take it for complete.
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the movie store cannot be reached.
    ///
    /// After an error the body gives no more bytes.
    ///
    /// # Cancel safety
    ///
    /// No bytes are lost when the future is dropped: the next call returns them.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.source = match mem::replace(&mut self.source, Source::Nothing) {
            Source::Untouched(file, start) => Source::Stream(read_ahead(file, start, self.left)),
            source => source,
        };
        // After an error a stream may continue after the bytes that it failed to give.
        let next = self.next().await;
        let chunk = next.inspect_err(|_| self.source = Source::Nothing)?;
        let length = chunk.len() as u64;
        if length == 0 || length > self.left {
            self.source = Source::Nothing;
            self.rest.clear();
            let left = self.left;
            let text = format!(
                "the stored bytes of a movie do not have the expected length; {left} bytes were left to read"
            );
            return Err(Error::internal(text));
        }
        self.left -= length;
        Ok(Some(chunk))
    }

    /// The next chunk of the source, whose own chunks may be of any size; empty at its end.
    async fn next(&mut self) -> Result<Bytes> {
        while let Source::Stream(stream) = &mut self.source
            && self.rest.is_empty()
        {
            match stream.try_next().await? {
                Some(bytes) => self.rest = bytes,
                None => break,
            }
        }
        Ok(self.rest.split_to(self.rest.len().min(CHUNK)))
    }
}

/// A chunk of a local file, and where the next one is.
struct ReadAhead {
    file: File,
    chunk: Vec<u8>,
    offset: u64,
    left: u64,
}

/// The bytes of a local file, read on blocking threads, one chunk ahead of what was asked for. The
/// stream ends early if the file does.
fn read_ahead(file: File, offset: u64, left: u64) -> BoxStream<'static, Result<Bytes>> {
    let chunks = stream::try_unfold(Some(start(file, offset, left)), async |reading| {
        let Some(reading) = reading else {
            return Ok(None);
        };
        let read = reading.await.map_err(Error::internal)?;
        let read = read.map_err(Error::internal)?;
        let continues = read.left > 0 && !read.chunk.is_empty();
        let next = continues.then(|| start(read.file, read.offset, read.left));
        Ok(Some((Bytes::from(read.chunk), next)))
    });
    chunks.boxed()
}

/// Starts to read the next chunk of at most `left` bytes.
fn start(mut file: File, offset: u64, left: u64) -> JoinHandle<io::Result<ReadAhead>> {
    task::spawn_blocking(move || {
        let length = left.min(CHUNK as u64);
        // `length` is at most `CHUNK`, which fits any platform.
        let mut chunk = Vec::with_capacity(usize::try_from(length).unwrap_or(CHUNK));
        file.seek(SeekFrom::Start(offset))?;
        let read = (&mut file).take(length).read_to_end(&mut chunk)? as u64;
        Ok(ReadAhead {
            file,
            chunk,
            offset: offset + read,
            left: left - read,
        })
    })
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("remaining", &self.left)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[tokio::test]
    async fn a_chunk_after_a_short_one_starts_where_that_one_ended() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let mut writer = file.try_clone().unwrap();
        let short = start(file, 4, 100).await.unwrap().unwrap();
        assert_eq!(short.chunk, b"456789");
        writer.seek(SeekFrom::End(0)).unwrap();
        writer.write_all(b"abc").unwrap();
        let next = start(short.file, short.offset, short.left);
        let next = next.await.unwrap().unwrap();
        assert_eq!((next.chunk.as_slice(), next.left), (&b"abc"[..], 91));
    }
}
