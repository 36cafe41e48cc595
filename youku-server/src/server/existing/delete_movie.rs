//! `delete_movie`: takes a movie off the list. Downloads that are under way continue.

use serde::Deserialize;
use youku_core::MovieId;

use crate::Stream;
use crate::message::{Reply, Text, integer};
use crate::server::client_connection::Peer;
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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let session = peer.session(self.cookies.as_deref()).await?;
        let admin = session.admin().await?;
        admin.delete(MovieId::new(self.movie_id)).await?;
        peer.reply(&Reply::done(peer.say(Text::Deleted))).await
    }
}
