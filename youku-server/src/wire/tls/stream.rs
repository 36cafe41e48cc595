//! An encrypted connection as the server sees it: the protocol by `rustls`, the buffers from here.
//!
//! On its own, `rustls` keeps a buffer of 4 KiB for each connection as long as it is open, which is
//! half of the memory of a silent connection, and reads 4 KiB at a time. The buffers here exist only
//! while they have bytes, and are as large as the pieces that a reader asks for.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use crate::wire::tls::records::{End, MOST, Records};

/// A client on the other side of a connection with TLS, whose handshake is over.
pub(crate) struct ServerStream {
    io: TcpStream,
    records: Records,
    is_shut: bool,
}

impl ServerStream {
    /// The handshake.
    ///
    /// # Errors
    ///
    /// The transport fails, or the peer does not speak TLS, or not as `config` requires; the peer gets
    /// an alert.
    pub(super) async fn accept(io: TcpStream, config: Arc<ServerConfig>) -> io::Result<Self> {
        let mut stream = Self {
            io,
            records: Records::new(config)?,
            is_shut: false,
        };
        let shaken = stream.shake_hands().await;
        if shaken.is_err() {
            // The handshake error is returned even if the alert cannot be sent.
            let _ = stream.flush().await;
        }
        shaken.map(|()| stream)
    }

    async fn shake_hands(&mut self) -> io::Result<()> {
        loop {
            self.records.advance(None)?;
            self.flush().await?;
            if !self.records.is_handshaking() {
                return Ok(());
            }
            if self.records.end.is_some() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            std::future::poll_fn(|ctx| self.poll_receive(ctx, 0)).await?;
        }
    }

    /// Waits for bytes and reads some, for a reader that wants `wanted` bytes. Frees empty buffers
    /// while it waits.
    fn poll_receive(&mut self, ctx: &mut Context<'_>, wanted: usize) -> Poll<io::Result<()>> {
        if self.io.poll_read_ready(ctx)?.is_pending() {
            self.records.release();
            return Poll::Pending;
        }
        let mut room = ReadBuf::new(self.records.room(wanted)?);
        ready!(Pin::new(&mut self.io).poll_read(ctx, &mut room))?;
        match room.filled().len() {
            0 => self.records.end = Some(End::CutOff),
            read => self.records.incoming.add(read),
        }
        Poll::Ready(Ok(()))
    }

    /// Sends the outgoing bytes.
    fn poll_send(&mut self, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outgoing = &mut self.records.outgoing;
        while !outgoing.is_empty() {
            match ready!(Pin::new(&mut self.io).poll_write(ctx, outgoing.filled()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => outgoing.take(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for ServerStream {
    fn poll_read(
        self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        reader: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let (this, before) = (self.get_mut(), reader.filled().len());
        loop {
            this.records.plain.move_to(reader);
            if reader.filled().len() == before {
                let advanced = this.records.advance(Some(reader));
                // Sends the protocol's answer or alert at once, whether or not the caller writes.
                let sent = this.poll_send(ctx);
                advanced?;
                if let Poll::Ready(sent) = sent {
                    sent?;
                }
            }
            if reader.filled().len() > before || reader.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            match this.records.end {
                Some(End::Said) => return Poll::Ready(Ok(())),
                Some(_) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                None => ready!(this.poll_receive(ctx, reader.remaining()))?,
            }
        }
    }
}

impl AsyncWrite for ServerStream {
    fn poll_write(
        self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let this = self.get_mut();
        ready!(this.poll_send(ctx))?;
        let piece = &bytes[..bytes.len().min(MOST)];
        this.records.encrypt(Some(piece))?;
        match this.poll_send(ctx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            // The encrypted bytes count as written; a flush or the next write sends the rest of them.
            _ => Poll::Ready(Ok(piece.len())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_send(ctx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.is_shut {
            this.records.encrypt(None)?;
            this.is_shut = true;
        }
        ready!(this.poll_send(ctx))?;
        Pin::new(&mut this.io).poll_shutdown(ctx)
    }
}

impl fmt::Debug for ServerStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerStream").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
