//! Sending the bytes of an upload, in chunks, over the current connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use crate::client::wire::{ReceivedReply, Request};
use crate::client::{Client, ClientError, Result};
use crate::message::objects::{Received, Upload};
use crate::{Code, Connection, Transport};

/// How many bytes the server acknowledges together.
const CHUNK: u64 = 8 << 20;

/// How many bytes of an upload are read and sent at a time.
const PIECE: usize = 256 * 1024;

/// A reader that computes the digest of its bytes while they are read.
pub(super) struct HashingReader<R> {
    pub(super) bytes: R,
    pub(super) digest: Sha256,
}

impl<R: AsyncRead + Unpin> AsyncRead for HashingReader<R> {
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

impl Client {
    /// Sends the missing bytes of an upload. `bytes` begins at the upload's `offset`, which grows with
    /// the number of bytes that the server has.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden`, `upload_gone`, `no_space`,
    /// `interrupted` when another connection has taken the upload over; `offset_mismatch` when the
    /// server has another number of bytes, and then `offset` is that number: seek there and call it
    /// again. A [file error](ClientError::as_file_error) when `bytes` fails or ends too early; or the
    /// connection is lost, and [`resume_upload`](Self::resume_upload) finds out how far it is.
    ///
    /// # Cancel safety
    ///
    /// Safe, though the connection is closed: the server keeps what it got.
    pub async fn send_upload(
        &mut self,
        upload: &mut Upload,
        mut bytes: impl AsyncRead + Unpin,
    ) -> Result<()> {
        self.drop_if_closed().await;
        if !self.is_connected() && upload.offset < upload.size {
            self.take_over(upload).await?;
        }
        while upload.offset < upload.size {
            let length = CHUNK.min(upload.size - upload.offset);
            self.send_next(upload, length, &mut bytes).await?;
        }
        Ok(())
    }

    /// Sends the next `length` bytes, and notes how many the server has.
    async fn send_next(
        &mut self,
        upload: &mut Upload,
        length: u64,
        bytes: impl AsyncRead + Unpin,
    ) -> Result<()> {
        let reply = self.send_chunk(upload, length, bytes).await?;
        match reply.into_body::<Received>() {
            Ok(Received { offset }) if offset == upload.offset + length => {
                upload.offset = offset;
                Ok(())
            }
            Ok(_) => Err(ClientError::reply("`offset` is not the end of the chunk")),
            Err(error) => {
                if length > 0 {
                    // The rest of a refused chunk is not sent.
                    self.connection = None;
                }
                if let (Some(Code::OffsetMismatch), Some(offset)) = (error.code(), error.offset()) {
                    upload.offset = offset;
                }
                Err(error)
            }
        }
    }

    async fn send_chunk(
        &mut self,
        upload: &Upload,
        length: u64,
        bytes: impl AsyncRead + Unpin,
    ) -> Result<ReceivedReply> {
        if self.connection.is_none() {
            self.reconnect().await?;
        }
        let request = Request::UploadChunk {
            upload_id: &upload.id,
            offset: upload.offset,
            len: length,
        };
        let frame = self.frame(&request)?;
        let mut connection = self.connection.take().ok_or_else(ClientError::closed)?;
        connection.write_frame(&frame).await?;
        let sent = match send(&mut connection, &upload.name, length, bytes).await {
            Err(error) if !error.is_connection_lost() => return Err(error),
            sent => sent,
        };
        // The server may have sent a refusal before it closed the connection.
        match (sent, crate::client::read_reply(&mut connection).await) {
            (Err(lost), Err(_)) => Err(lost),
            (_, reply) => {
                let reply = reply?;
                if !reply.closes_connection() {
                    self.connection = Some(connection);
                }
                Ok(reply)
            }
        }
    }

    /// Takes the upload over to this connection by a chunk without bytes: if the server has more or
    /// fewer bytes than the client assumes, any bytes would be sent in vain.
    pub(super) async fn take_over(&mut self, upload: &mut Upload) -> Result<()> {
        self.send_next(upload, 0, tokio::io::empty()).await
    }
}

/// Sends the bytes of a chunk, or those before the server replied.
async fn send(
    connection: &mut Connection<Transport>,
    name: &str,
    length: u64,
    mut bytes: impl AsyncRead + Unpin,
) -> Result<()> {
    let file_error = |error| ClientError::file(name.as_ref(), error);
    let mut piece = vec![0; PIECE];
    let mut left = length;
    while left > 0 {
        let most = piece.len().min(usize::try_from(left).unwrap_or(PIECE));
        let read = bytes.read(&mut piece[..most]).await.map_err(file_error)?;
        if read == 0 {
            return Err(file_error(io::ErrorKind::UnexpectedEof.into()));
        }
        // The server sends nothing before the end of the chunk unless something is wrong.
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
