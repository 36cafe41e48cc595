//! Uploads: opened, sent in chunks over any number of connections, committed.

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;
use youku_core::{Begin, Chunk, NewMovie, UploadId};

use crate::Code;
use crate::message::objects::{Movie, Received, Upload, UploadOpenReply, kind};
use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::movie_exists;
use crate::server::failure::{Failure, Outcome};
use crate::server::protocol2::ConnectionUpload;
use crate::server::protocol2::fields::{SessionFields, UploadFields};

/// The fields of `upload_open`.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadOpen {
    session: Option<String>,
    /// For display only; never used as a path.
    name: String,
    /// In bytes.
    size: Number,
    is_free: bool,
    /// The digest of all bytes, if the client already knows it.
    sha256: Option<String>,
}

/// The fields of `upload_chunk`.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadChunk {
    session: Option<String>,
    upload_id: String,
    /// Where the bytes begin, counted from the beginning of the movie.
    offset: Number,
    /// How many bytes follow.
    len: Number,
    /// The digest of the chunk, if it is to be verified on its own.
    sha256: Option<String>,
}

/// The fields of `upload_commit`.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadCommit {
    session: Option<String>,
    upload_id: String,
    /// The digest of all bytes.
    sha256: String,
}

#[derive(Serialize)]
struct UploadList {
    upload_list: Vec<Upload>,
}

/// Announces a movie. Replies with the id of the upload, or with the movie that already has these bytes.
pub(super) async fn upload_open(fields: UploadOpen, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let movie = NewMovie {
        name: fields.name,
        size: fields.size.get(),
        kind: kind(fields.is_free),
        sha256: fields.sha256,
        hint: None,
    };
    let upload = match admin.open_upload(movie).await? {
        Begin::Open(upload) => upload,
        Begin::Exists(movie) => {
            let body = UploadOpenReply::Exists {
                exists: true,
                movie_id: movie.get(),
            };
            return client.reply(&Reply::with(body)).await;
        }
    };
    let body = UploadOpenReply::Opened {
        upload_id: upload.id().to_string(),
        offset: upload.offset(),
        expires_at: upload.expires_at(),
    };
    client.reply(&Reply::with(body)).await?;
    client.upload = Some(ConnectionUpload::new(upload, admin.session()));
    Ok(())
}

/// Replies with an upload, whichever connection sends it.
pub(super) async fn upload_status(fields: UploadFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let status = admin.upload_status(&fields.upload_id.parse()?).await?;
    client.reply(&Reply::with(Upload::from(status))).await
}

/// Replies with all uploads of the user, oldest first.
pub(super) async fn uploads(fields: SessionFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let uploads = admin.uploads().await?;
    let upload_list = uploads.into_iter().map(Upload::from).collect();
    client.reply(&Reply::with(UploadList { upload_list })).await
}

/// Receives the next bytes of an upload, which follow the request at once, and replies when they are
/// safe. A refused chunk gets its reply at once; then the server reads and discards the announced bytes.
pub(super) async fn upload_chunk(fields: UploadChunk, client: &mut ClientConnection) -> Outcome {
    let mut left = fields.len.get();
    match receive(fields, client, &mut left).await {
        Ok(offset) => client.reply(&Reply::with(Received { offset })).await,
        Err(Failure::Refused(refusal)) => {
            client.refuse(refusal).await?;
            client.drain(left).await
        }
        Err(lost) => Err(lost),
    }
}

/// Receives the bytes; `left` counts the bytes that have not arrived yet.
async fn receive(
    fields: UploadChunk,
    client: &mut ClientConnection,
    left: &mut u64,
) -> Outcome<u64> {
    let id: UploadId = fields.upload_id.parse()?;
    client
        .take_over_upload(fields.session.as_deref(), &id)
        .await?;
    let Some(current) = client.upload.as_mut() else {
        return Err(Refusal::new(Code::Internal).into());
    };
    let chunk = Chunk {
        offset: fields.offset.get(),
        length: *left,
        sha256: fields.sha256,
    };
    let mut body = client.connection.body();
    let mut bytes = (&mut body).take(*left);
    let received = current.upload.write_chunk(&chunk, &mut bytes).await;
    *left = bytes.limit();
    if let Some(lost) = body.into_failure() {
        return Err(lost.into());
    }
    let error = match received {
        Ok(offset) => return Ok(offset),
        Err(error) => Refusal::from(error),
    };
    match error.code() {
        Code::OffsetMismatch | Code::TooLarge | Code::BadRequest => Err(error.into()),
        Code::ChecksumMismatch => Err(error.with("offset", Some(current.upload.offset())).into()),
        // The next chunk resumes the upload from the bytes that were saved.
        _ => {
            client.upload = None;
            Err(error.into())
        }
    }
}

/// Turns an upload whose bytes have all arrived into a movie, and replies with it. If several uploads
/// have the same bytes, the first commit lists the movie, and the others are refused with its id.
pub(super) async fn upload_commit(fields: UploadCommit, client: &mut ClientConnection) -> Outcome {
    let id: UploadId = fields.upload_id.parse()?;
    client
        .take_over_upload(fields.session.as_deref(), &id)
        .await?;
    let Some(current) = client.upload.take() else {
        return Err(Refusal::new(Code::Internal).into());
    };
    let finished = current.upload.finish(Some(&fields.sha256)).await?;
    if finished.existed {
        return Err(movie_exists(finished.movie.id).into());
    }
    client
        .reply(&Reply::with(Movie::from(finished.movie)))
        .await
}

/// Ends an upload without listing a movie. Succeeds even if there is no such upload.
pub(super) async fn upload_abort(fields: UploadFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let id = fields.upload_id.parse()?;
    admin.abort_upload(&id).await?;
    client.upload.take_if(|current| current.upload.id() == &id);
    client.reply(&Reply::empty()).await
}
