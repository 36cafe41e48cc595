//! `login`: opens a session that ends with the connection.

use serde::{Deserialize, Serialize};
use youku_core::{Credentials, Role};

use crate::message::{Reply, Text, UserType};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Deserialize)]
pub(crate) struct Login {
    #[serde(alias = "name")]
    username: String,
    password: String,
    /// Has to be the role of the user.
    user_type: UserType,
}

#[derive(Serialize)]
struct LoggedIn<'a> {
    session: &'a str,
    is_vip: bool,
}

impl Login {
    /// Replies with the session that further requests name, and whether the user is a member. The
    /// refusal is the same for an unknown user, a wrong password and a wrong role.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let Self {
            username,
            password,
            user_type,
        } = self;
        let from = client.address().to_string();
        let role = Some(user_type.into());
        let credentials = Credentials {
            username,
            password,
            role,
            peer: from,
        };
        let session = client.log_in(credentials).await?;
        client.keep_session(session.clone()).await;
        let body = LoggedIn {
            session: session.token(),
            is_vip: session.is_vip(),
        };
        client
            .reply(&Reply::with(body).with_text(client.text(Text::LoggedIn)))
            .await
    }
}

impl From<UserType> for Role {
    fn from(user_type: UserType) -> Self {
        match user_type {
            UserType::Admin => Self::Admin,
            UserType::User => Self::User,
        }
    }
}
