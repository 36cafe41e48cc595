//! `register`: a new user, or a new administrator where that is allowed.

use serde::Deserialize;
use youku_core::Registration;

use crate::Code;
use crate::Stream;
use crate::message::{Refusal, Reply, Text, UserType};
use crate::server::failure::Failure;
use crate::server::peer::Peer;

/// The fields of the request.
#[derive(Deserialize)]
pub(crate) struct Register {
    #[serde(alias = "name")]
    username: String,
    password: String,
    user_type: UserType,
    /// The single-use code that lets anybody become an administrator. Existing clients have none.
    invite: Option<String>,
}

impl Register {
    /// Replies with a text. An administrator needs an invite, unless the operator opened the
    /// registration.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let Self {
            username,
            password,
            user_type,
            invite,
        } = self;
        let registration = Registration { username, password };
        let registered = match (user_type, invite) {
            (UserType::User, _) => peer.youku.register(registration).await,
            (UserType::Admin, Some(invite)) => {
                peer.youku.register_admin(registration, &invite).await
            }
            (UserType::Admin, None) if peer.options.open_admin_registration => {
                peer.youku.create_admin(registration).await
            }
            (UserType::Admin, None) => return Err(Refusal::forbidden().into()),
        };
        registered.map_err(|error| {
            let refusal = Refusal::from(error);
            match refusal.code() {
                Code::Exists => refusal.saying(Text::UserExists),
                _ => refusal,
            }
        })?;
        peer.reply(&Reply::done(peer.say(Text::Registered))).await
    }
}
