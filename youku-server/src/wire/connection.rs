//! A connection: reads and writes complete frames and the raw bytes between them, within limits.
//!
//! It never reads ahead: it reads the four bytes of a length, then as many bytes as the length says.
//! So the bytes of a movie can be passed on as they arrive, and a silent connection holds no buffer.

mod body;

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
#[cfg(target_os = "linux")]
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(crate) use body::IncomingBody;

use crate::Stream;
use crate::wire::frame::{Frame, FrameError, PREFIX_BYTES, frame_length};

/// The initial size of the buffer of a frame, in bytes. It grows as bytes arrive.
const FIRST_PIECE: usize = 4096;

/// How long, and for how many bytes, a connection that ends waits for its peer to end too.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 256 * 1024;

/// How many bytes each read of a drained body requests.
const DRAIN_PIECE: usize = 16 * 1024;

/// Why a connection cannot continue.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The peer sent an invalid frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A frame did not arrive completely in time.
    #[error("a frame did not arrive completely within `{}` seconds", .0.as_secs())]
    FrameTimeout(Duration),
    /// Neither side made progress in the middle of a reply or of a movie.
    #[error("no byte was transferred for `{}` seconds", .0.as_secs())]
    BodyTimeout(Duration),
    /// The peer closed the connection in the middle of a frame or of a movie.
    #[error("the peer closed the connection in the middle of a message")]
    Closed,
    /// The peer does not know the [shared secret](crate::SharedSecret).
    #[error("the answer to the shared-secret challenge is wrong")]
    WrongAnswer,
    /// The server sent no challenge.
    #[error("the server sent no challenge within `{}` seconds: it requires no shared secret, connect without one", .0.as_secs())]
    NoChallenge(Duration),
    /// The transport failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
}

/// Frames and raw bytes over one stream.
#[derive(Debug)]
pub struct Connection<S> {
    stream: S,
    body_idle: Duration,
    prefix: [u8; PREFIX_BYTES],
    filled: usize,
}

impl<S: Stream> Connection<S> {
    /// Wraps `stream`. Reading or writing the bytes of a movie, or a reply, fails when nothing moves
    /// for `body_idle`.
    pub fn new(stream: S, body_idle: Duration) -> Self {
        Self {
            stream,
            body_idle,
            prefix: [0; PREFIX_BYTES],
            filled: 0,
        }
    }

    /// Waits for the first byte of the next frame or of raw bytes. Returns `false` if the peer closed
    /// the connection in front of it. It has no timeout of its own: the caller must set one.
    ///
    /// # Errors
    ///
    /// [`ConnectionError::Io`] when the transport fails.
    ///
    /// # Cancel safety
    ///
    /// Safe: what was read stays with the connection and begins the next frame.
    pub async fn ready(&mut self) -> Result<bool, ConnectionError> {
        if self.filled == 0 {
            self.filled = self.stream.read(&mut self.prefix).await?;
        }
        Ok(self.filled > 0)
    }

    /// Returns once the connection has failed, such as by a reset. Waits forever if the peer has only
    /// shut down its sending side, because it may still be reading, and if it has already sent its
    /// next frame.
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`ready`](Self::ready).
    pub async fn gone(&mut self) {
        while self.filled < PREFIX_BYTES {
            match self.stream.read(&mut self.prefix[self.filled..]).await {
                Ok(0) => break,
                Err(_) => return,
                Ok(read) => self.filled += read,
            }
        }
        std::future::pending().await
    }

    /// Reads the next frame and returns its JSON text, or `None` when the peer closed the connection
    /// before the frame's first byte. Waits for that byte without a limit; from then on the frame must
    /// arrive completely within `time`. `max` is the longest text, in bytes.
    ///
    /// # Errors
    ///
    /// [`ConnectionError::Frame`], [`ConnectionError::FrameTimeout`], [`ConnectionError::Closed`]
    /// in the middle of the frame, [`ConnectionError::Io`].
    ///
    /// # Cancel safety
    ///
    /// Not safe once the first byte has arrived: dropping the future loses a part of the frame. Await
    /// [`ready`](Self::ready) first if the wait may be cancelled.
    pub async fn read_frame(
        &mut self,
        max: usize,
        time: Duration,
    ) -> Result<Option<Vec<u8>>, ConnectionError> {
        if !self.ready().await? {
            return Ok(None);
        }
        match timeout(time, self.rest_of_frame(max)).await {
            Ok(text) => text.map(Some),
            Err(_) => Err(ConnectionError::FrameTimeout(time)),
        }
    }

    async fn rest_of_frame(&mut self, max: usize) -> Result<Vec<u8>, ConnectionError> {
        self.stream
            .read_exact(&mut self.prefix[self.filled..])
            .await
            .map_err(eof_as_closed)?;
        self.filled = 0;
        let length = frame_length(self.prefix, max)?;
        let mut text = Vec::new();
        while text.len() < length {
            // Half of the buffer has come before the other half is allocated.
            let start = text.len();
            text.resize(length.min((start * 2).max(FIRST_PIECE)), 0);
            self.stream
                .read_exact(&mut text[start..])
                .await
                .map_err(eof_as_closed)?;
        }
        Ok(text)
    }

    /// Sends a frame in one write.
    ///
    /// # Errors
    ///
    /// [`ConnectionError::BodyTimeout`] when the peer accepts no bytes, [`ConnectionError::Io`].
    ///
    /// # Cancel safety
    ///
    /// Not safe: an unknown part of the frame has been sent.
    pub async fn write_frame(&mut self, frame: &Frame) -> Result<(), ConnectionError> {
        self.write_body(frame.as_bytes()).await
    }

    /// Reads some raw bytes that follow a frame into `buffer`, at least one, and returns how many;
    /// first those that [`ready`](Self::ready) has read.
    /// `buffer` must not be empty, and no longer than what the peer announced.
    ///
    /// # Errors
    ///
    /// [`ConnectionError::BodyTimeout`], [`ConnectionError::Closed`] when the peer closed the
    /// connection instead, [`ConnectionError::Io`].
    ///
    /// # Cancel safety
    ///
    /// Safe: bytes are read or they are not.
    pub async fn read_body(&mut self, buffer: &mut [u8]) -> Result<usize, ConnectionError> {
        if let (early, taken @ 1..) = self.take_prefix(buffer.len()) {
            buffer[..taken].copy_from_slice(&early[..taken]);
            return Ok(taken);
        }
        match timeout(self.body_idle, self.stream.read(buffer)).await {
            Ok(Ok(0)) => Err(ConnectionError::Closed),
            Ok(Ok(read)) => Ok(read),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(ConnectionError::BodyTimeout(self.body_idle)),
        }
    }

    /// A reader of the raw bytes that follow a frame. It fails as [`read_body`](Self::read_body) does.
    pub(crate) fn body(&mut self) -> IncomingBody<'_, S> {
        IncomingBody::new(self)
    }

    /// At most `most` of the bytes that [`ready`](Self::ready) has read, and how many they are.
    fn take_prefix(&mut self, most: usize) -> ([u8; PREFIX_BYTES], usize) {
        let (early, taken) = (self.prefix, self.filled.min(most));
        self.prefix.copy_within(taken..self.filled, 0);
        self.filled -= taken;
        (early, taken)
    }

    /// Sends all of these raw bytes.
    ///
    /// # Errors
    ///
    /// [`ConnectionError::BodyTimeout`] when the peer accepts none of them for the idle time,
    /// [`ConnectionError::Io`].
    ///
    /// # Cancel safety
    ///
    /// Not safe: an unknown part has been sent.
    pub async fn write_body(&mut self, mut bytes: &[u8]) -> Result<(), ConnectionError> {
        while !bytes.is_empty() {
            match timeout(self.body_idle, self.stream.write(bytes)).await {
                Ok(Ok(0)) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(Ok(written)) => bytes = &bytes[written..],
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => return Err(ConnectionError::BodyTimeout(self.body_idle)),
            }
        }
        match timeout(self.body_idle, self.stream.flush()).await {
            Ok(flushed) => Ok(flushed?),
            Err(_) => Err(ConnectionError::BodyTimeout(self.body_idle)),
        }
    }

    /// The underlying socket, if raw bytes may be written to it directly, and how long such a transfer
    /// may stand still.
    #[cfg(target_os = "linux")]
    pub(crate) fn socket(&self) -> Option<(&TcpStream, Duration)> {
        Some((self.stream.socket()?, self.body_idle))
    }

    /// Reads `count` raw bytes and discards them.
    ///
    /// # Errors
    ///
    /// As [`read_body`](Self::read_body).
    ///
    /// # Cancel safety
    ///
    /// Not safe: an unknown part has been read.
    pub async fn drain(&mut self, mut count: u64) -> Result<(), ConnectionError> {
        let mut piece = vec![0; DRAIN_PIECE.min(usize::try_from(count).unwrap_or(DRAIN_PIECE))];
        while count > 0 {
            let most = piece
                .len()
                .min(usize::try_from(count).unwrap_or(DRAIN_PIECE));
            count -= self.read_body(&mut piece[..most]).await? as u64;
        }
        Ok(())
    }

    /// Ends the connection so that the peer still gets what was sent last: shuts down the sending side
    /// and, for a moment, reads and discards what the peer has sent. Closing a socket with unread bytes
    /// would reset the connection, and a peer that has not read the reply yet would lose it.
    ///
    /// # Cancel safety
    ///
    /// Safe: the connection is of no further use either way.
    pub async fn linger(&mut self) {
        let closing = async {
            self.stream.shutdown().await?;
            let mut piece = vec![0; FIRST_PIECE];
            let mut left = LINGER_BYTES;
            while left > 0 {
                match self.stream.read(&mut piece).await? {
                    0 => break,
                    read => left = left.saturating_sub(read),
                }
            }
            Ok::<(), io::Error>(())
        };
        // Neither a failure nor a timeout matters: the connection is closed in any case.
        let _ = timeout(LINGER_TIME, closing).await;
    }
}

/// An end of the stream in the middle of a frame means that the peer has left, not that the transport
/// failed.
pub(crate) fn eof_as_closed(error: io::Error) -> ConnectionError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ConnectionError::Closed,
        _ => ConnectionError::Io(error),
    }
}

#[cfg(test)]
mod tests;
