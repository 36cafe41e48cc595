//! Reading the bytes of a movie.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::mem;
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use object_store::GetResultPayload;
use tokio::task::{self, JoinHandle};

use crate::basics::error::{Error, Result};
use crate::storage::CHUNK;

/// Stored bytes, in order, one chunk after the other. From a file, the next chunk is read while the
/// previous one is sent.
pub(crate) struct Body {
    source: Source,
    /// How many bytes remain.
    left: u64,
}

enum Source {
    /// A local file from which nothing was read yet, and the offset at which to begin.
    Untouched(File, u64),
    File(Reader),
    Stream {
        stream: BoxStream<'static, object_store::Result<Bytes>>,
        rest: Bytes,
    },
    Nothing,
}

/// A local file that is read one chunk ahead, on a blocking thread.
struct Reader {
    /// Empty after the last chunk and after an error.
    reading: Option<JoinHandle<ReadAhead>>,
    /// How many bytes remain after the chunk that is being read.
    beyond: u64,
}

/// What comes back from the blocking thread.
type ReadAhead = io::Result<(File, Vec<u8>)>;

impl Body {
    pub(crate) fn new(payload: GetResultPayload, range: Range<u64>) -> Self {
        let left = range.end - range.start;
        let source = match payload {
            GetResultPayload::File(file, _) => Source::Untouched(file, range.start),
            GetResultPayload::Stream(stream) => Source::Stream {
                stream,
                rest: Bytes::new(),
            },
        };
        Self { source, left }
    }

    pub(crate) fn empty() -> Self {
        Self {
            source: Source::Nothing,
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
            Source::Untouched(file, start) => Source::File(Reader::start(file, start, self.left)),
            source => source,
        };
        let chunk = match &mut self.source {
            Source::File(reader) => reader.next().await,
            Source::Stream { stream, rest } => next_of(stream, rest).await,
            Source::Untouched(..) | Source::Nothing => Ok(Bytes::new()),
        };
        // After an error a stream may continue after the bytes that it failed to give.
        let chunk = chunk.inspect_err(|_| self.source = Source::Nothing)?;
        let length = chunk.len() as u64;
        if length == 0 || length > self.left {
            self.source = Source::Nothing;
            let left = self.left;
            let text = format!(
                "the stored bytes of a movie do not have the expected length; {left} bytes were left to read"
            );
            return Err(Error::internal(text));
        }
        self.left -= length;
        Ok(Some(chunk))
    }
}

impl Reader {
    fn start(mut file: File, offset: u64, length: u64) -> Self {
        let now = length.min(CHUNK as u64);
        let reading = task::spawn_blocking(move || {
            file.seek(SeekFrom::Start(offset))?;
            read(file, now)
        });
        Self {
            reading: Some(reading),
            beyond: length - now,
        }
    }

    /// The chunk that was read ahead; empty when the file ended too early.
    async fn next(&mut self) -> Result<Bytes> {
        let Some(reading) = &mut self.reading else {
            return Ok(Bytes::new());
        };
        let read_ahead = reading.await;
        self.reading = None;
        let (file, bytes) = read_ahead
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
        let now = self.beyond.min(CHUNK as u64);
        if now > 0 {
            self.beyond -= now;
            self.reading = Some(task::spawn_blocking(move || read(file, now)));
        }
        Ok(bytes.into())
    }
}

fn read(mut file: File, length: u64) -> ReadAhead {
    // `length` is at most `CHUNK`, which fits any platform.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(CHUNK));
    (&mut file).take(length).read_to_end(&mut bytes)?;
    Ok((file, bytes))
}

/// The next chunk of a stream, whose own chunks may be of any size.
async fn next_of(
    stream: &mut BoxStream<'static, object_store::Result<Bytes>>,
    rest: &mut Bytes,
) -> Result<Bytes> {
    while rest.is_empty() {
        match stream.next().await {
            Some(bytes) => *rest = bytes.map_err(Error::store)?,
            None => break,
        }
    }
    Ok(rest.split_to(rest.len().min(CHUNK)))
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("remaining", &self.left)
            .finish_non_exhaustive()
    }
}
