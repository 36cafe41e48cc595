//! `whoami`: who the session belongs to.

use serde::Deserialize;

use crate::Stream;
use crate::message::Reply;
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;
use crate::server::protocol2::view::Identity;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Whoami {
    session: Option<String>,
}

impl Whoami {
    /// Replies with the user, their role and their membership.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let session = peer.session(self.session.as_deref()).await?;
        peer.reply(&Reply::with(Identity::from(&session))).await
    }
}
