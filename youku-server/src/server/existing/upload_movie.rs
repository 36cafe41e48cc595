//! `upload_movie`: a movie whose bytes follow the request at once.

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;
use youku_core::{Begin, Kind, NewMovie, Upload};

use crate::Code;
use crate::message::{Refusal, Reply, Text, flag, integer};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadMovie {
    #[serde(alias = "session")]
    cookies: Option<String>,
    /// For display only; never used as a path.
    #[serde(alias = "file_name")]
    movie_name: String,
    #[serde(alias = "file_size", deserialize_with = "integer")]
    movie_size: u64,
    #[serde(alias = "file_md5")]
    movie_md5: String,
    /// 0 for a free movie, 1 for a paid one.
    #[serde(rename = "is_free", deserialize_with = "flag")]
    is_charged: bool,
    /// The digest of every byte in hexadecimal, checked before the movie is listed. Existing clients
    /// do not send it.
    sha256: Option<String>,
}

#[derive(Serialize)]
struct Uploaded {
    movie_id: u64,
}

impl UploadMovie {
    /// Replies when all bytes are safe and the movie is listed. A refused upload gets its reply at
    /// once. Then the server reads and discards the announced bytes, because the client sends them
    /// without waiting and would lose the reply if the connection were closed.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let mut left = self.movie_size;
        match self.receive(client, &mut left).await {
            Ok(movie_id) => {
                let reply = Reply::with(Uploaded { movie_id });
                client
                    .reply(&reply.with_text(client.text(Text::Uploaded)))
                    .await
            }
            Err(Failure::Refused(refusal)) => {
                client.refuse(in_wire_words(refusal)).await?;
                client.drain(left).await
            }
            Err(lost) => Err(lost),
        }
    }

    /// Receives the bytes and publishes the movie; `left` counts the bytes that have not arrived yet.
    async fn receive(self, client: &mut ClientConnection, left: &mut u64) -> Result<u64, Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let admin = session.admin().await?;
        let kind = if self.is_charged {
            Kind::Charged
        } else {
            Kind::Free
        };
        let movie = NewMovie {
            name: self.movie_name,
            size: self.movie_size,
            kind,
            sha256: self.sha256,
            hint: Some(self.movie_md5),
        };
        let mut upload = match admin.upload(movie).await? {
            Begin::Open(upload) => upload,
            Begin::Exists(movie) => return Err(exists(movie.get()).into()),
        };
        copy(client, &mut upload, left).await?;
        let finished = upload.finish().await?;
        match finished.existed {
            false => Ok(finished.movie.id.get()),
            true => Err(exists(finished.movie.id.get()).into()),
        }
    }
}

/// Moves the bytes from the connection into the upload.
async fn copy(
    client: &mut ClientConnection,
    upload: &mut Upload,
    left: &mut u64,
) -> Result<(), Failure> {
    let mut body = client.connection.body();
    let copied = upload.copy_from((&mut body).take(*left)).await;
    *left -= upload.received();
    match body.into_failure() {
        Some(lost) => Err(lost.into()),
        None => Ok(copied.map(drop)?),
    }
}

pub(in crate::server) fn exists(movie: u64) -> Refusal {
    Refusal::new(Code::Exists).with("movie_id", Some(movie))
}

/// The service's refusal, with the text and the field names of this operation.
fn in_wire_words(refusal: Refusal) -> Refusal {
    match (refusal.code(), refusal.field()) {
        (Code::Exists, _) => refusal.with_text(Text::MovieExists),
        (_, Some("name")) => refusal.for_field("movie_name"),
        (_, Some("size")) => refusal.for_field("movie_size"),
        (_, Some("hint")) => refusal.for_field("movie_md5"),
        _ => refusal,
    }
}
