//! `login`: opens a session that ends with the connection.

use serde::{Deserialize, Serialize};
use youku_core::{Credentials, Role};

use crate::Stream;
use crate::message::{Reply, Text, UserType};
use crate::server::client_connection::Peer;
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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let Self {
            username,
            password,
            user_type,
        } = self;
        let peer_name = peer.address().to_string();
        let role = Some(user_type.into());
        let credentials = Credentials {
            username,
            password,
            role,
            peer: peer_name,
        };
        let session = peer.log_in(credentials).await?;
        peer.keep_session(session.clone()).await;
        let body = LoggedIn {
            session: session.token(),
            is_vip: session.is_vip(),
        };
        peer.reply(&Reply::with(body).saying(peer.say(Text::LoggedIn)))
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
