//! Downloads: of a whole movie, of a part of it, or of the rest of an earlier download.

use std::path::Path;

use crate::Code;
use crate::client::transfers::part::{DIGEST, PartFile};
use crate::client::wire::Request;
use crate::client::{Client, ClientError, Incoming, Result, is_hexadecimal};
use crate::message::objects::DownloadReply;

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
    /// Continue the viewing with this id, the [`watch_id`](Incoming::watch_id) of an earlier part: it has
    /// one wait and one entry in the history for all of its parts.
    pub watch_id: Option<String>,
    /// The highest price that the user agrees to, in fen; with 0 nothing is charged.
    pub max_price: u64,
}

impl Client {
    /// Begins a download. Returns when the reply has arrived. The bytes are read from the returned
    /// [`Incoming`], after the wait that it states. Nothing is charged: a movie with a price that the
    /// user has not paid needs [`MoviePart::max_price`].
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `not_found`, `price_changed`,
    /// `payment_declined` or `rate_limited`; or the connection is lost.
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
            watch_id: part.watch_id.as_deref(),
            max_price: part.max_price,
        };
        connection.write_frame(&self.frame(&request)?).await?;
        let reply: DownloadReply = crate::client::read_reply(&mut connection)
            .await?
            .into_body()?;
        require(&reply, part)?;
        Ok(Incoming::new(connection, movie_id, reply))
    }

    /// Resumes the download of this movie that an earlier [`save`](Incoming::save) into `folder` did
    /// not complete, or begins a new one. Save it into the same folder. `max_price` is the highest price
    /// that the user agrees to, in fen.
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
    pub async fn resume_download(
        &mut self,
        movie_id: u64,
        folder: &Path,
        max_price: u64,
    ) -> Result<Incoming> {
        for part in PartFile::all_of(folder, movie_id).await {
            let rest = MoviePart {
                offset: part.bytes,
                length: None,
                if_sha256: Some(part.sha256.clone()),
                watch_id: None,
                max_price,
            };
            match self.download_part(movie_id, &rest).await {
                Ok(incoming) => return Ok(incoming.appending_to(part)),
                // The part has other bytes, or more bytes than the movie.
                Err(error) if matches!(error.code(), Some(Code::Changed | Code::BadRequest)) => {}
                Err(error) => return Err(error),
            }
        }
        let whole = MoviePart {
            max_price,
            ..MoviePart::default()
        };
        self.download_part(movie_id, &whole).await
    }
}

impl Incoming {
    /// Names the viewing that these bytes belong to, for [`MoviePart::watch_id`].
    pub fn watch_id(&self) -> &str {
        &self.announced.watch_id
    }
}

/// Checks that the reply matches the request.
fn require(reply: &DownloadReply, part: &MoviePart) -> Result<()> {
    if !is_hexadecimal(&reply.sha256, DIGEST) {
        return Err(ClientError::reply("`sha256` is not a digest"));
    }
    let is_movie = |wanted: &String| wanted.eq_ignore_ascii_case(&reply.sha256);
    let left = reply.movie_size.checked_sub(part.offset);
    let length = left.map(|left| part.length.unwrap_or(left).min(left));
    if reply.offset == part.offset
        && Some(reply.length) == length
        && part.if_sha256.as_ref().is_none_or(is_movie)
    {
        return Ok(());
    }
    Err(ClientError::reply(
        "it announces other bytes than were requested",
    ))
}
