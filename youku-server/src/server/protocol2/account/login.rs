//! `login`: opens a session that outlives its connection.

use serde::{Deserialize, Serialize};
use youku_core::Credentials;

use crate::message::{Reply, UserType};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::view::Identity;

/// The fields of the request.
#[derive(Deserialize)]
pub(crate) struct Login {
    username: String,
    password: String,
    /// The role that the user must have; any role if it is left out.
    user_type: Option<UserType>,
}

#[derive(Serialize)]
struct LoggedIn<'a> {
    session: &'a str,
    #[serde(flatten)]
    identity: Identity<'a>,
}

impl Login {
    /// Replies with the session that further requests name, over this connection or any other, and
    /// with its user.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let credentials = Credentials {
            username: self.username,
            password: self.password,
            role: self.user_type.map(Into::into),
            peer: client.address().to_string(),
        };
        let session = client.log_in(credentials).await?;
        let body = LoggedIn {
            session: session.token(),
            identity: Identity::from(&session),
        };
        client.reply(&Reply::with(body)).await
    }
}
