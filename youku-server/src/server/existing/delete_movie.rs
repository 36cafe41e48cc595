//! `delete_movie`: takes a movie off the list. Downloads that are under way continue.

use serde::Deserialize;
use youku_core::MovieId;

use crate::message::{Reply, Text, integer};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteMovie {
    #[serde(alias = "session")]
    cookies: Option<String>,
    #[serde(alias = "delete_movie_id", deserialize_with = "integer")]
    movie_id: u64,
}

impl DeleteMovie {
    /// Replies with a text.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let admin = session.admin().await?;
        admin.delete(MovieId::new(self.movie_id)).await?;
        client.reply(&Reply::done(client.text(Text::Deleted))).await
    }
}
