//! Uploads.

use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt};
use youku_core::{Kind, NewMovie};

use super::wire::{Nothing, Request};
use super::{Client, ClientError, Result};
use crate::{Code, Connection, Transport};

/// How many bytes of an upload are read and sent at a time.
const PIECE: usize = 256 * 1024;

#[derive(Deserialize)]
struct Uploaded {
    movie_id: Option<u64>,
}

impl Client {
    /// Whether a file of this digest may be uploaded: `false` when a movie of it is listed already.
    /// `digest` is the SHA-256 of the file in hexadecimal, or what an earlier upload had as its
    /// `hint`.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or `forbidden`; or the connection is
    /// lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn may_upload(&mut self, digest: &str) -> Result<bool> {
        let mut connection = self.how.open().await?;
        let request = Request::CheckMovie { movie_md5: digest };
        connection.write_frame(&self.frame(&request)?).await?;
        let checked = super::read_reply(&mut connection).await?;
        match checked.into_body::<Nothing>() {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some(Code::Exists) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Uploads a movie: the next `movie.size` bytes of `bytes`. Returns its id once it is listed,
    /// or `None` from a server that does not say.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden`, `bad_request`, `exists`,
    /// `too_large`, `no_space` or `checksum_mismatch`. When the refusal comes before all bytes were
    /// sent, the rest is not sent. A [file error](ClientError::as_file_error) when `bytes` fails or
    /// ends too early; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie is listed if all bytes were sent.
    pub async fn upload(
        &mut self,
        movie: &NewMovie,
        bytes: impl AsyncRead + Unpin,
    ) -> Result<Option<u64>> {
        let request = Request::UploadMovie {
            movie_name: &movie.name,
            movie_size: movie.size,
            movie_md5: movie
                .hint
                .as_deref()
                .or(movie.sha256.as_deref())
                .unwrap_or_default(),
            is_free: u8::from(movie.kind == Kind::Charged),
            sha256: movie.sha256.as_deref(),
        };
        let mut connection = self.how.open().await?;
        connection.write_frame(&self.frame(&request)?).await?;
        let sent = match send(&mut connection, movie, bytes).await {
            Err(error) if !error.is_connection_lost() => return Err(error),
            sent => sent,
        };
        // A refusal may have come before the server hung up.
        let reply = super::read_reply(&mut connection).await;
        match (
            sent,
            reply.and_then(super::wire::Reply::into_body::<Uploaded>),
        ) {
            (Err(hung_up), Err(error)) if error.code().is_none() => Err(hung_up),
            (_, reply) => Ok(reply?.movie_id),
        }
    }
}

/// Sends the bytes, or those before the server replied.
async fn send(
    connection: &mut Connection<Transport>,
    movie: &NewMovie,
    mut bytes: impl AsyncRead + Unpin,
) -> Result<()> {
    let unreadable = |error| ClientError::file(movie.name.as_ref(), error);
    let mut piece = vec![0; PIECE];
    let mut left = movie.size;
    while left > 0 {
        let most = piece.len().min(usize::try_from(left).unwrap_or(PIECE));
        let read = bytes.read(&mut piece[..most]).await.map_err(unreadable)?;
        if read == 0 {
            return Err(unreadable(std::io::ErrorKind::UnexpectedEof.into()));
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
