//! `send_notice`: publishes a notice for all users.

use serde::Deserialize;
use youku_core::NewNotice;

use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::notice::Notice;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct SendNotice {
    session: Option<String>,
    title: String,
    content: String,
}

impl SendNotice {
    /// Replies with the notice as it was published.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let Self { title, content, .. } = self;
        let notice = admin.publish_notice(NewNotice { title, content }).await?;
        client.reply(&Reply::with(Notice::from(notice))).await
    }
}
