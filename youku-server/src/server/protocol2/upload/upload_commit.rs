//! `upload_commit`: turns an upload whose bytes have all arrived into a movie.

use serde::Deserialize;
use youku_core::UploadId;

use crate::Code;
use crate::message::{Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::upload_movie::exists;
use crate::server::failure::Failure;
use crate::server::protocol2::view::Movie;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadCommit {
    session: Option<String>,
    upload_id: String,
    /// The digest of all bytes.
    sha256: String,
}

impl UploadCommit {
    /// Replies with the movie when it is on the list. If several uploads have the same bytes, the first
    /// commit lists the movie, and the others are refused with its id.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let id: UploadId = self.upload_id.parse()?;
        client
            .take_over_upload(self.session.as_deref(), &id)
            .await?;
        let Some(upload) = client.upload.take() else {
            return Err(Refusal::new(Code::Internal).into());
        };
        let finished = upload.upload.finish(Some(&self.sha256)).await?;
        if finished.existed {
            return Err(exists(finished.movie.id.get()).into());
        }
        client
            .reply(&Reply::with(Movie::from(finished.movie)))
            .await
    }
}
