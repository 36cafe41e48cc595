//! `upload_abort`: ends an upload without listing a movie.

use serde::Deserialize;

use crate::Stream;
use crate::message::Reply;
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadAbort {
    session: Option<String>,
    upload_id: String,
}

impl UploadAbort {
    /// Replies with success and no further fields, even if there is no such upload.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let admin = peer.admin(self.session.as_deref()).await?;
        let id = self.upload_id.parse()?;
        admin.abort_upload(&id).await?;
        if peer
            .upload
            .as_ref()
            .is_some_and(|held| held.upload.id() == &id)
        {
            peer.upload = None;
        }
        peer.reply(&Reply::empty()).await
    }
}
