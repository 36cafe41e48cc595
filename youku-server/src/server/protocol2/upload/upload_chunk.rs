//! `upload_chunk`: the next bytes of an upload, which follow the request at once.

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;
use youku_core::{Chunk, UploadId};

use crate::Code;
use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
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

#[derive(Serialize)]
struct Received {
    /// Where the next chunk begins.
    offset: u64,
}

impl UploadChunk {
    /// Replies when the bytes are safe. A refused chunk gets its reply at once; then the server reads
    /// and discards the announced bytes.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let mut left = self.len.get();
        match self.receive(client, &mut left).await {
            Ok(offset) => client.reply(&Reply::with(Received { offset })).await,
            Err(Failure::Refused(refusal)) => {
                client.refuse(refusal).await?;
                client.drain(left).await
            }
            Err(lost) => Err(lost),
        }
    }

    /// Receives the bytes; `left` counts the bytes that have not arrived yet.
    async fn receive(self, client: &mut ClientConnection, left: &mut u64) -> Result<u64, Failure> {
        let id: UploadId = self.upload_id.parse()?;
        client
            .take_over_upload(self.session.as_deref(), &id)
            .await?;
        let Some(upload) = client.upload.as_mut() else {
            return Err(Refusal::new(Code::Internal).into());
        };
        let chunk = Chunk {
            offset: self.offset.get(),
            length: *left,
            sha256: self.sha256,
        };
        let mut body = client.connection.body();
        let mut bytes = (&mut body).take(*left);
        let received = upload.upload.write_chunk(&chunk, &mut bytes).await;
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
            Code::ChecksumMismatch => {
                Err(error.with("offset", Some(upload.upload.offset())).into())
            }
            // The next chunk resumes the upload from the bytes that were saved.
            _ => {
                client.upload = None;
                Err(error.into())
            }
        }
    }
}
