//! `upload_movie`: a movie whose bytes follow the request at once.

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;
use youku_core::{Begin, MovieId, MovieView, NewMovie, Upload};

use crate::Code;
use crate::message::objects::kind;
use crate::message::{NamedText, Refusal, Reply, flag, integer};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::{Failure, Outcome};

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
    is_paid: bool,
    /// The digest of every byte in hexadecimal, checked before the movie is listed. Existing clients
    /// do not send it.
    sha256: Option<String>,
}

#[derive(Serialize)]
struct UploadReply {
    movie_id: u64,
}

/// Replies when all bytes are safe and the movie is listed. A refused upload gets its reply at once.
/// Then the server reads and discards the announced bytes, because the client sends them without waiting
/// and would lose the reply if the connection were closed.
pub(super) async fn upload_movie(fields: UploadMovie, client: &mut ClientConnection) -> Outcome {
    let mut left = fields.movie_size;
    let name = fields.movie_name.clone();
    match receive(fields, client, &mut left).await {
        Ok(movie) => {
            let text = client.text_of(NamedText::Uploaded, &movie.name);
            let movie_id = movie.id.get();
            let reply = Reply::with(UploadReply { movie_id }).with_text(text);
            client.reply(&reply).await
        }
        Err(Failure::Refused(refusal)) => {
            let refusal = in_terms_of_the_request(refusal, &name);
            client.refuse(refusal).await?;
            client.drain(left).await
        }
        Err(lost) => Err(lost),
    }
}

/// Receives the bytes and publishes the movie; `left` counts the bytes that have not arrived yet.
async fn receive(
    fields: UploadMovie,
    client: &mut ClientConnection,
    left: &mut u64,
) -> Outcome<MovieView> {
    let admin = client.admin(fields.cookies.as_deref()).await?;
    let movie = NewMovie {
        name: fields.movie_name,
        size: fields.movie_size,
        kind: kind(!fields.is_paid),
        sha256: fields.sha256,
        hint: Some(fields.movie_md5),
    };
    let mut upload = match admin.upload(movie).await? {
        Begin::Open(upload) => upload,
        Begin::Exists(movie) => return Err(movie_exists(movie).into()),
    };
    copy(client, &mut upload, left).await?;
    let finished = upload.finish().await?;
    if finished.existed {
        return Err(movie_exists(finished.movie.id).into());
    }
    Ok(finished.movie)
}

/// Moves the bytes from the connection into the upload.
async fn copy(client: &mut ClientConnection, upload: &mut Upload, left: &mut u64) -> Outcome {
    let mut body = client.connection.body();
    let copied = upload.copy_from((&mut body).take(*left)).await;
    *left -= upload.received();
    match body.into_failure() {
        Some(lost) => Err(lost.into()),
        None => Ok(copied.map(drop)?),
    }
}

/// The refusal of an upload whose bytes the list has already.
pub(in crate::server) fn movie_exists(movie: MovieId) -> Refusal {
    Refusal::new(Code::Exists).with("movie_id", Some(movie.get()))
}

/// The service's refusal, with the text and the field names of this operation.
fn in_terms_of_the_request(refusal: Refusal, name: &str) -> Refusal {
    if refusal.code() == Code::Exists {
        return refusal.with_name(NamedText::MovieExists, name);
    }
    refusal
        .rename_field("name", "movie_name")
        .rename_field("size", "movie_size")
        .rename_field("hint", "movie_md5")
}
