//! Downloads.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::incoming::Announced;
use super::part::Part;
use super::wire::Request;
use super::{Client, ClientError, Incoming, Result};
use crate::Code;

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
    /// Not safe: the download may have been charged.
    pub async fn download(&mut self, movie_id: u64) -> Result<Incoming> {
        self.download_from(movie_id, 0).await
    }

    /// As [`download`](Self::download), without the first `offset` bytes of the movie.
    ///
    /// # Errors
    ///
    /// As [`download`](Self::download); `bad_request` when the movie is shorter.
    ///
    /// # Cancel safety
    ///
    /// As [`download`](Self::download).
    pub async fn download_from(&mut self, movie_id: u64, offset: u64) -> Result<Incoming> {
        let (mut connection, _) = self.greeted().await?;
        let request = Request::DownloadMovie { movie_id, offset };
        connection.write_frame(&self.frame(&request)?).await?;
        let reply: Downloading = super::read_reply(&mut connection).await?.into_body()?;
        let is_digest =
            reply.sha256.len() == 64 && reply.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digest {
            return Err(ClientError::reply("`sha256` is no digest"));
        }
        if reply.offset != offset || offset.checked_add(reply.length) != Some(reply.movie_size) {
            return Err(ClientError::reply(
                "these are not the bytes that were asked for",
            ));
        }
        let announced = Announced {
            movie_id,
            name: reply.file_name,
            size: reply.movie_size,
            offset,
            wait: Duration::from_secs(reply.wait_time),
            price_fen: reply.price,
            sha256: reply.sha256,
        };
        Ok(Incoming::new(connection, announced))
    }

    /// Goes on with the download of this movie that an earlier [`save`](Incoming::save) into
    /// `folder` could not end, or begins one. Save it into the same folder.
    ///
    /// # Errors
    ///
    /// As [`download`](Self::download).
    ///
    /// # Cancel safety
    ///
    /// As [`download`](Self::download).
    pub async fn resume_download(&mut self, movie_id: u64, folder: &Path) -> Result<Incoming> {
        let Some(part) = Part::find(folder, movie_id).await else {
            return self.download(movie_id).await;
        };
        match self.download_from(movie_id, part.bytes).await {
            Ok(incoming) => match incoming.appending_to(part, folder) {
                Some(incoming) => Ok(incoming),
                // It is of another server's movie.
                None => self.download(movie_id).await,
            },
            Err(error) if error.code() == Some(Code::BadRequest) => self.download(movie_id).await,
            Err(error) => Err(error),
        }
    }
}
