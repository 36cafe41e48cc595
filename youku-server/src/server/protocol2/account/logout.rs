//! `logout`: ends the session, on every connection that uses it.

use serde::Deserialize;

use crate::Stream;
use crate::message::Reply;
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Logout {
    session: Option<String>,
}

impl Logout {
    /// Replies with success and no further fields.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let session = peer.session(self.session.as_deref()).await?;
        session.logout().await?;
        peer.forget_session();
        peer.reply(&Reply::empty()).await
    }
}
