//! The bytes of an upload on their way out.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use super::{ClientError, Result};
use crate::{Connection, Transport};

/// How many bytes of an upload are read and sent at a time.
const PIECE: usize = 256 * 1024;

/// Bytes whose digest is made while they are read.
pub(super) struct Hashed<R> {
    pub(super) bytes: R,
    pub(super) digest: Sha256,
}

impl<R: AsyncRead + Unpin> AsyncRead for Hashed<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.bytes).poll_read(ctx, buffer);
        this.digest.update(&buffer.filled()[before..]);
        read
    }
}

/// Sends the bytes of a chunk, or those before the server replied.
pub(super) async fn send(
    connection: &mut Connection<Transport>,
    name: &str,
    length: u64,
    mut bytes: impl AsyncRead + Unpin,
) -> Result<()> {
    let unreadable = |error| ClientError::file(name.as_ref(), error);
    let mut piece = vec![0; PIECE];
    let mut left = length;
    while left > 0 {
        let most = piece.len().min(usize::try_from(left).unwrap_or(PIECE));
        let read = bytes.read(&mut piece[..most]).await.map_err(unreadable)?;
        if read == 0 {
            return Err(unreadable(io::ErrorKind::UnexpectedEof.into()));
        }
        // The server has nothing to say while all is well.
        tokio::select! {
            biased;
            replied = connection.ready() => return replied.map(drop).map_err(Into::into),
            () = std::future::ready(()) => {}
        }
        connection.write_body(&piece[..read]).await?;
        left -= read as u64;
    }
    Ok(())
}
