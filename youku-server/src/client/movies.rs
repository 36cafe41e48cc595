//! Lists, uploads, downloads and deletions.

use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt};
use youku_core::{Kind, NewMovie};

use super::incoming::Announced;
use super::wire::{Nothing, Request};
use super::{Client, ClientError, Incoming, Result};
use crate::Code;

/// How many bytes of an upload are read and sent at a time.
const PIECE: usize = 256 * 1024;

/// A movie on the server's list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Movie {
    /// Names the movie in other calls.
    pub id: u64,
    /// For display; never a path.
    pub name: String,
    /// Whether downloading it costs something.
    pub kind: Kind,
}

#[derive(Deserialize)]
struct MovieList {
    #[serde(default)]
    movie_list: Vec<(String, u64, String)>,
}

#[derive(Deserialize)]
struct Uploaded {
    movie_id: Option<u64>,
}

#[derive(Deserialize)]
struct Downloading {
    movie_name: String,
    movie_size: u64,
    #[serde(default)]
    wait_time: u64,
    #[serde(default)]
    price: u64,
    sha256: Option<String>,
}

impl Client {
    /// Every movie of a kind, or of both with `None`.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` or `session_replaced`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards.
    pub async fn movies(&mut self, kind: Option<Kind>) -> Result<Vec<Movie>> {
        let movie_type = match kind {
            None => "all",
            Some(Kind::Free) => "free",
            Some(Kind::Charged) => "pay",
        };
        let MovieList { movie_list } = self.call(Request::GetMovieList { movie_type }).await?;
        let movie = |(name, id, word): (String, u64, String)| {
            let kind = if word == "免费" {
                Kind::Free
            } else {
                Kind::Charged
            };
            Movie { id, name, kind }
        };
        Ok(movie_list.into_iter().map(movie).collect())
    }

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
    /// Not safe: the client is not usable afterwards.
    pub async fn may_upload(&mut self, digest: &str) -> Result<bool> {
        let checked = self
            .call::<Nothing>(Request::CheckMovie { movie_md5: digest })
            .await;
        match checked {
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
    /// sent, the rest is not sent and the client is not usable afterwards. A
    /// [file error](ClientError::as_file_error) when `bytes` fails or ends too early; or the
    /// connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards; nothing is listed unless all bytes were sent.
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
        self.send(request).await?;
        let sent = match self.send_bytes(movie, bytes).await {
            Err(error) if !error.is_connection_lost() => return Err(error),
            sent => sent,
        };
        // A refusal may have come before the server hung up.
        let reply = self.reply::<Uploaded>().await;
        self.usable &= matches!(sent, Ok(true));
        match (sent, reply) {
            (Err(hung_up), Err(error)) if error.code().is_none() => Err(hung_up),
            (_, reply) => Ok(reply?.movie_id),
        }
    }

    /// Sends the bytes; `false` when the server replied before they all were sent.
    async fn send_bytes(
        &mut self,
        movie: &NewMovie,
        mut bytes: impl AsyncRead + Unpin,
    ) -> Result<bool> {
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
                replied = self.connection.ready() => return replied.map(|_| false).map_err(Into::into),
                () = std::future::ready(()) => {}
            }
            self.connection.write_body(&piece[..read]).await?;
            left -= read as u64;
        }
        Ok(true)
    }

    /// Takes a movie off the list.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden` or `not_found`; or the
    /// connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards, and the movie may have been deleted.
    pub async fn delete_movie(&mut self, id: u64) -> Result<()> {
        self.call::<Nothing>(Request::DeleteMovie { movie_id: id })
            .await
            .map(drop)
    }

    /// Begins a download. The reply is here when this returns, the bytes come through what it
    /// returns, after the wait that it names.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `not_found` or `payment_declined`; or
    /// the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards.
    pub async fn download(&mut self, id: u64) -> Result<Incoming<'_>> {
        let reply: Downloading = self.call(Request::DownloadMovie { movie_id: id }).await?;
        self.usable = false;
        let announced = Announced {
            name: reply.movie_name,
            size: reply.movie_size,
            wait: Duration::from_secs(reply.wait_time),
            price_fen: reply.price,
            sha256: reply.sha256,
        };
        Ok(Incoming::new(self, announced))
    }

    /// The connection, while the bytes of a movie come over it.
    pub(super) fn connection(&mut self) -> &mut crate::Connection<tokio::net::TcpStream> {
        &mut self.connection
    }

    /// The last byte of a movie has come.
    pub(super) fn is_done(&mut self) {
        self.usable = true;
    }
}
