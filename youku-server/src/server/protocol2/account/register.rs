//! `register`: a new user, or a new administrator where that is allowed.

use serde::{Deserialize, Serialize};
use youku_core::Registration;

use crate::message::{Reply, UserType};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Deserialize)]
pub(crate) struct Register {
    username: String,
    password: String,
    /// `user` if it is left out.
    user_type: Option<UserType>,
    /// The single-use code of an administrator's invitation.
    invite: Option<String>,
}

#[derive(Serialize)]
struct Registered {
    user_id: u64,
}

impl Register {
    /// Replies with the id of the user.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let Self {
            username,
            password,
            user_type,
            invite,
        } = self;
        let registration = Registration { username, password };
        let user_type = user_type.unwrap_or(UserType::User);
        let user = client.register(registration, user_type, invite).await?;
        let user_id = user.get();
        client.reply(&Reply::with(Registered { user_id })).await
    }
}
