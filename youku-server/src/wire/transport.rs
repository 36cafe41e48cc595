//! The transport of the frames: TCP, or TLS over TCP.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsStream;

/// A stream that frames and movie bytes travel over: TCP, TLS or, in tests, a pipe in memory.
///
/// Your own type needs one line: `impl Stream for MyStream {}`.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// The socket, if what is written to the stream leaves the machine through it unchanged: the
    /// kernel can then send a file without its bytes passing through the program.
    fn socket(&self) -> Option<&TcpStream> {
        None
    }
}

impl Stream for TcpStream {
    fn socket(&self) -> Option<&TcpStream> {
        Some(self)
    }
}

impl Stream for DuplexStream {}

/// A connection over TCP, encrypted or not. A `TcpStream` turns into one that is not;
/// [`ClientTls::connect`](crate::ClientTls::connect) gives one that is.
pub struct Transport(Inner);

enum Inner {
    Plain(TcpStream),
    // Boxed: it is a hundred times as large as the other.
    Encrypted(Box<TlsStream<TcpStream>>),
}

impl Transport {
    /// A connection after its TLS handshake, on either side.
    pub(crate) fn tls(stream: impl Into<TlsStream<TcpStream>>) -> Self {
        Self(Inner::Encrypted(Box::new(stream.into())))
    }

    /// Whether it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        !matches!(self.0, Inner::Plain(_))
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut (dyn Duplex + Send)> {
        match &mut self.get_mut().0 {
            Inner::Plain(stream) => Pin::new(stream),
            Inner::Encrypted(stream) => Pin::new(&mut **stream),
        }
    }
}

/// What both kinds of streams implement.
trait Duplex: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Duplex for T {}

impl From<TcpStream> for Transport {
    fn from(stream: TcpStream) -> Self {
        Self(Inner::Plain(stream))
    }
}

impl Stream for Transport {
    fn socket(&self) -> Option<&TcpStream> {
        match &self.0 {
            Inner::Plain(stream) => Some(stream),
            Inner::Encrypted(_) => None,
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(ctx, buffer)
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write(ctx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(ctx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(ctx)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("is_encrypted", &self.is_encrypted())
            .finish_non_exhaustive()
    }
}
