//! `register`: a new user, or a new administrator where that is allowed.

use serde::Deserialize;
use youku_core::Registration;

use crate::message::{Reply, Text, UserType};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Deserialize)]
pub(crate) struct Register {
    #[serde(alias = "name")]
    username: String,
    password: String,
    user_type: UserType,
    /// The single-use code with which a user can register as an administrator. Existing clients do not
    /// send it.
    invite: Option<String>,
}

impl Register {
    /// Replies with a text. An administrator needs an invite, unless the operator has opened
    /// the registration of administrators.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let Self {
            username,
            password,
            user_type,
            invite,
        } = self;
        let registration = Registration { username, password };
        client.register(registration, user_type, invite).await?;
        client
            .reply(&Reply::done(client.text(Text::Registered)))
            .await
    }
}
