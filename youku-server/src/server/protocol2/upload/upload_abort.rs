//! `upload_abort`: ends an upload without listing a movie.

use serde::Deserialize;

use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadAbort {
    session: Option<String>,
    upload_id: String,
}

impl UploadAbort {
    /// Replies with success and no further fields, even if there is no such upload.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let id = self.upload_id.parse()?;
        admin.abort_upload(&id).await?;
        if client
            .upload
            .as_ref()
            .is_some_and(|upload| upload.upload.id() == &id)
        {
            client.upload = None;
        }
        client.reply(&Reply::empty()).await
    }
}
