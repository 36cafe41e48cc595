//! `download_movie`: a movie whose bytes follow the reply, for non-members after a wait.

use serde::{Deserialize, Serialize};
use youku_core::{Download, MovieId};

use crate::ConnectionError;
use crate::message::{Reply, integer, whole_seconds};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::send::{interrupted, send as send_body};

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct DownloadMovie {
    #[serde(alias = "session")]
    cookies: Option<String>,
    #[serde(deserialize_with = "integer")]
    movie_id: u64,
}

#[derive(Serialize)]
struct Downloading<'a> {
    /// A safe file name: existing clients join it to their folder as it is.
    movie_name: &'a str,
    /// In bytes.
    movie_size: u64,
    /// In seconds, rounded up.
    wait_time: u64,
    /// What this download costs the user, in fen.
    price: u64,
    /// The digest of the bytes in hexadecimal.
    sha256: &'a str,
}

impl DownloadMovie {
    /// Replies at once, so that the client knows how long it has to wait, and sends the bytes when
    /// the wait is over. Only then is the download added to the user's record.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let download = session.download(MovieId::new(self.movie_id)).open().await?;
        let reply = Reply::with(Downloading {
            movie_name: &download.file_name,
            movie_size: download.size,
            wait_time: whole_seconds(download.wait),
            price: download.price_fen,
            sha256: &download.sha256,
        });
        client.reply(&reply).await?;
        send(download, client).await
    }
}

/// Waits and sends.
///
/// A client that shuts down its sending side during the wait may still be reading. It gets every byte,
/// and the download is added to the record. Only a broken connection ends the wait.
pub(in crate::server) async fn send(
    download: Download,
    client: &mut ClientConnection,
) -> Result<(), Failure> {
    let body = tokio::select! {
        opened = download.body() => opened.map_err(interrupted)?,
        () = client.connection.gone() => return Err(ConnectionError::Closed.into()),
    };
    send_body(body, &mut client.connection).await
}
