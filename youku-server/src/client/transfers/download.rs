//! Downloads: of a whole movie, of a part of it, or of the rest of an earlier download.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::Code;
use crate::client::transfers::incoming::Announced;
use crate::client::transfers::part::PartFile;
use crate::client::wire::Request;
use crate::client::{Client, ClientError, Incoming, Result};

/// Which bytes of a movie are wanted; all of them by [`default`](Self::default).
///
/// ```
/// use youku_server::client::MoviePart;
///
/// let second_mebibyte = MoviePart {
///     offset: 1 << 20,
///     length: Some(1 << 20),
///     ..MoviePart::default()
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoviePart {
    /// How many bytes at the movie's beginning to skip.
    pub offset: u64,
    /// How many bytes to download at most; `None` for the rest of the movie.
    pub length: Option<u64>,
    /// Download only if the movie has this SHA-256, in hexadecimal: for a client that has a part of it.
    pub if_sha256: Option<String>,
}

#[derive(Deserialize)]
struct Downloading {
    file_name: String,
    movie_size: u64,
    offset: u64,
    length: u64,
    sha256: String,
    wait_time: u64,
    price: u64,
}

impl Client {
    /// Begins a download. Returns when the reply has arrived. The bytes are read from the returned
    /// [`Incoming`], after the wait that it states.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `not_found`, `payment_declined` or
    /// `rate_limited`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the download may have been charged.
    pub async fn download(&mut self, movie_id: u64) -> Result<Incoming> {
        self.download_part(movie_id, &MoviePart::default()).await
    }

    /// As [`download`](Self::download), of a part of the movie.
    ///
    /// # Errors
    ///
    /// As [`download`](Self::download); `bad_request` when the movie ends before the `offset`;
    /// `changed` when it has another digest, and then nothing is charged.
    ///
    /// # Cancel safety
    ///
    /// As [`download`](Self::download).
    pub async fn download_part(&mut self, movie_id: u64, part: &MoviePart) -> Result<Incoming> {
        let (mut connection, _) = self.connect_and_greet().await?;
        let request = Request::DownloadMovie {
            movie_id,
            offset: part.offset,
            len: part.length,
            if_sha256: part.if_sha256.as_deref(),
        };
        connection.write_frame(&self.frame(&request)?).await?;
        let reply: Downloading = crate::client::read_reply(&mut connection)
            .await?
            .into_body()?;
        reply.require(part)?;
        let announced = Announced {
            movie_id,
            name: reply.file_name,
            size: reply.movie_size,
            offset: reply.offset,
            length: reply.length,
            wait: Duration::from_secs(reply.wait_time),
            price_fen: reply.price,
            sha256: reply.sha256,
        };
        Ok(Incoming::new(connection, announced))
    }

    /// Resumes the download of this movie that an earlier [`save`](Incoming::save) into `folder` did
    /// not complete, or begins a new one. Save it into the same folder.
    ///
    /// A download does not resume if the movie's bytes have changed or if the earlier bytes came from
    /// another server's movie; the earlier bytes stay where they are.
    ///
    /// # Errors
    ///
    /// As [`download`](Self::download).
    ///
    /// # Cancel safety
    ///
    /// As [`download`](Self::download).
    pub async fn resume_download(&mut self, movie_id: u64, folder: &Path) -> Result<Incoming> {
        for part in PartFile::all_of(folder, movie_id).await {
            let rest = MoviePart {
                offset: part.bytes,
                length: None,
                if_sha256: Some(part.sha256.clone()),
            };
            match self.download_part(movie_id, &rest).await {
                Ok(incoming) => return Ok(incoming.appending_to(part)),
                // The part has other bytes, or more bytes than the movie.
                Err(error) if matches!(error.code(), Some(Code::Changed | Code::BadRequest)) => {}
                Err(error) => return Err(error),
            }
        }
        self.download(movie_id).await
    }
}

impl Downloading {
    /// Checks that the reply matches the request.
    fn require(&self, part: &MoviePart) -> Result<()> {
        let digest = &self.sha256;
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digest {
            return Err(ClientError::reply("`sha256` is no digest"));
        }
        let is_movie = |wanted: &String| wanted.eq_ignore_ascii_case(digest);
        let left = self.movie_size.checked_sub(part.offset);
        let length = left.map(|left| part.length.unwrap_or(left).min(left));
        if self.offset == part.offset
            && Some(self.length) == length
            && part.if_sha256.as_ref().is_none_or(is_movie)
        {
            return Ok(());
        }
        let text = "these are not the bytes that were asked for";
        Err(ClientError::reply(text))
    }
}
