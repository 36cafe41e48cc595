//! `download_movie`: a movie whose bytes follow the reply, for non-members after a wait.

use serde::{Deserialize, Serialize};
use youku_core::{Download, MovieId};

use crate::ConnectionError;
use crate::message::{Reply, integer, whole_seconds};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::account::ANY_PRICE;
use crate::server::failure::Outcome;
use crate::server::send::{interrupted, send};

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct DownloadMovie {
    #[serde(alias = "session")]
    cookies: Option<String>,
    #[serde(deserialize_with = "integer")]
    movie_id: u64,
}

#[derive(Serialize)]
struct DownloadReply<'a> {
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

/// Replies at once, so that the client knows how long it has to wait, and sends the bytes when the wait
/// is over. Only then is the download added to the user's record.
pub(super) async fn download_movie(
    fields: DownloadMovie,
    client: &mut ClientConnection,
) -> Outcome {
    let session = client.session(fields.cookies.as_deref()).await?;
    let movie = MovieId::new(fields.movie_id);
    let download = session.download(movie).at_most(ANY_PRICE).open().await?;
    let reply = Reply::with(DownloadReply {
        movie_name: &download.file_name,
        movie_size: download.size,
        wait_time: whole_seconds(download.wait),
        price: download.price_fen,
        sha256: &download.sha256,
    });
    client.reply(&reply).await?;
    send_when_ready(download, client).await
}

/// Waits and sends.
///
/// A client that shuts down its sending side during the wait may still be reading. It gets every byte,
/// and the download is added to the record. Only a broken connection ends the wait.
pub(in crate::server) async fn send_when_ready(
    download: Download,
    client: &mut ClientConnection,
) -> Outcome {
    let body = tokio::select! {
        opened = download.body() => opened.map_err(interrupted)?,
        () = client.connection.gone() => return Err(ConnectionError::Closed.into()),
    };
    send(body, &mut client.connection).await
}
