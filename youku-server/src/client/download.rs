//! Downloads.

use std::time::Duration;

use serde::Deserialize;

use super::incoming::Announced;
use super::wire::Request;
use super::{Client, Incoming, Result};

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
        let mut connection = self.how.open().await?;
        let request = Request::DownloadMovie { movie_id };
        connection.write_frame(&self.frame(&request)?).await?;
        let reply: Downloading = super::read_reply(&mut connection).await?.into_body()?;
        let announced = Announced {
            name: reply.movie_name,
            size: reply.movie_size,
            wait: Duration::from_secs(reply.wait_time),
            price_fen: reply.price,
            sha256: reply.sha256,
        };
        Ok(Incoming::new(connection, announced))
    }
}
