//! `whoami`: who the session belongs to.

use serde::Deserialize;

use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::view::Identity;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Whoami {
    session: Option<String>,
}

impl Whoami {
    /// Replies with the user, their role and their membership.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.session.as_deref()).await?;
        client.reply(&Reply::with(Identity::from(&session))).await
    }
}
