//! `logout`: ends the session, on every connection that uses it.

use serde::Deserialize;

use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Logout {
    session: Option<String>,
}

impl Logout {
    /// Replies with success and no further fields.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.session.as_deref()).await?;
        session.logout().await?;
        client.forget_session();
        client.reply(&Reply::empty()).await
    }
}
