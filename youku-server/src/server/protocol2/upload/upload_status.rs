//! `upload_status` and `uploads`: how far uploads are, and which ones can be resumed.

use serde::{Deserialize, Serialize};
use youku_core::Kind;

use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadStatus {
    session: Option<String>,
    upload_id: String,
}

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Uploads {
    session: Option<String>,
}

#[derive(Serialize)]
struct UploadList {
    upload_list: Vec<Upload>,
}

/// An upload that can be resumed.
#[derive(Serialize)]
struct Upload {
    upload_id: String,
    /// What the movie will be called: text for display.
    name: String,
    /// In bytes, as it was announced.
    size: u64,
    is_free: bool,
    /// The digest of the whole movie, if it was announced.
    sha256: Option<String>,
    /// How many bytes are safe; the next chunk begins there.
    offset: u64,
    /// When it expires.
    expires_at: i64,
}

impl UploadStatus {
    /// Replies with the upload, whichever connection has it.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let status = admin.upload_status(&self.upload_id.parse()?).await?;
        client.reply(&Reply::with(Upload::from(status))).await
    }
}

impl Uploads {
    /// Replies with all of the user's uploads, oldest first.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let uploads = admin.uploads().await?;
        let upload_list = uploads.into_iter().map(Upload::from).collect();
        client.reply(&Reply::with(UploadList { upload_list })).await
    }
}

impl From<youku_core::UploadStatus> for Upload {
    fn from(status: youku_core::UploadStatus) -> Self {
        Self {
            upload_id: status.id.to_string(),
            name: status.name,
            size: status.size,
            is_free: status.kind == Kind::Free,
            sha256: status.sha256,
            offset: status.offset,
            expires_at: status.expires_at.as_second(),
        }
    }
}
