//! `download_movie`: any part of a movie; its bytes follow the reply.

use serde::{Deserialize, Serialize};
use youku_core::{Download, MovieId};

use crate::Code;
use crate::message::{Number, Refusal, Reply, whole_seconds};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::download_movie::send;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct DownloadMovie {
    session: Option<String>,
    movie_id: Number,
    /// How many bytes the client has already.
    offset: Option<Number>,
    /// How many bytes the client wants at most; the rest of the movie if it is left out.
    len: Option<Number>,
    /// The digest of the whole movie of which the client has a part.
    if_sha256: Option<String>,
    /// Whether to wait and then send the bytes on this connection; `true` if it is left out.
    wait: Option<bool>,
}

#[derive(Serialize)]
struct Downloading<'a> {
    /// Text for display.
    movie_name: &'a str,
    /// A name that is safe on any system.
    file_name: &'a str,
    /// Of the whole movie, in bytes.
    movie_size: u64,
    offset: u64,
    /// How many bytes follow.
    length: u64,
    /// Of the whole movie.
    sha256: &'a str,
    /// When the bytes start.
    ready_at: i64,
    /// How long that is from now, in seconds, rounded up.
    wait_time: u64,
    /// What this download costs the user, in fen.
    price: u64,
}

impl DownloadMovie {
    /// Replies at once and sends the bytes when the wait is over. With `wait: false`, refuses the
    /// request until the wait is over.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.session.as_deref()).await?;
        let mut request = session.download(MovieId::new(self.movie_id.get()));
        if let Some(offset) = self.offset {
            request = request.from(offset.get());
        }
        if let Some(length) = self.len {
            request = request.length(length.get());
        }
        if let Some(digest) = &self.if_sha256 {
            request = request.if_sha256(digest);
        }
        let download = request.open().await?;
        if !download.wait.is_zero() && self.wait == Some(false) {
            let refusal = Refusal::new(Code::WaitRequired)
                .retry_after(Some(download.wait))
                .with("price", Some(download.price_fen));
            return Err(refusal.into());
        }
        client
            .reply(&Reply::with(Downloading::from(&download)))
            .await?;
        send(download, client).await
    }
}

impl<'a> From<&'a Download> for Downloading<'a> {
    fn from(download: &'a Download) -> Self {
        let ready_at = download.ready_at;
        Self {
            movie_name: &download.movie_name,
            file_name: &download.file_name,
            movie_size: download.size,
            offset: download.offset,
            length: download.length,
            sha256: &download.sha256,
            ready_at: ready_at.as_second() + i64::from(ready_at.subsec_nanosecond() > 0),
            wait_time: whole_seconds(download.wait),
            price: download.price_fen,
        }
    }
}
