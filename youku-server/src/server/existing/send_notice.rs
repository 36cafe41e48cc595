//! `send_notice`: publishes a notice for all users.

use serde::Deserialize;
use youku_core::NewNotice;

use crate::message::{Reply, Text};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct SendNotice {
    #[serde(alias = "session")]
    cookies: Option<String>,
    title: String,
    content: String,
}

impl SendNotice {
    /// Replies with a text. The service's policy limits the lengths of title and content.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let admin = session.admin().await?;
        let Self { title, content, .. } = self;
        admin.publish_notice(NewNotice { title, content }).await?;
        client
            .reply(&Reply::done(client.text(Text::NoticePublished)))
            .await
    }
}
