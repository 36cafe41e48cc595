//! The upload that a connection is sending.

use youku_core::{ResumableUpload, Session, UploadId};

use crate::message::Refusal;
use crate::server::client_connection::ClientConnection;

/// An upload whose handle stays open between chunks.
#[derive(Debug)]
pub(in crate::server) struct ConnectionUpload {
    pub(super) upload: ResumableUpload,
    session: Session,
}

impl ConnectionUpload {
    pub(super) fn new(upload: ResumableUpload, session: &Session) -> Box<Self> {
        Box::new(Self {
            upload,
            session: session.clone(),
        })
    }

    fn is(&self, id: &UploadId, session: &Session) -> bool {
        self.upload.id() == id && self.session.token() == session.token()
    }

    /// Saves the bytes that have arrived. A client that resumes sends the bytes that could not be saved again.
    pub(in crate::server) async fn suspend(self: Box<Self>) {
        if let Err(error) = self.upload.suspend().await {
            tracing::debug!(%error, "the last bytes of an upload are not saved");
        }
    }
}

impl ClientConnection {
    /// Makes sure that this connection has the upload. Takes it over from any other connection.
    pub(super) async fn take_over_upload(
        &mut self,
        token: Option<&str>,
        id: &UploadId,
    ) -> Result<(), Refusal> {
        let admin = self.admin(token).await?;
        let session = admin.session();
        if self
            .upload
            .as_ref()
            .is_none_or(|upload| !upload.is(id, session))
        {
            self.upload = None;
            let upload = admin.resume_upload(id).await?;
            self.upload = Some(ConnectionUpload::new(upload, session));
        }
        Ok(())
    }
}
