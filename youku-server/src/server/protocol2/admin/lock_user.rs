//! `lock_user` and `unlock_user`: whether a user may log in.

use serde::Deserialize;
use youku_core::UserId;

use crate::message::{Number, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::view::User;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct LockUser {
    session: Option<String>,
    user_id: Number,
}

impl LockUser {
    /// Replies with the user, all of whose sessions have ended.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let user = admin.lock_user(UserId::new(self.user_id.get())).await?;
        client.reply(&Reply::with(User::from(user))).await
    }
}

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct UnlockUser {
    session: Option<String>,
    user_id: Number,
}

impl UnlockUser {
    /// Replies with the user.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let user = admin.unlock_user(UserId::new(self.user_id.get())).await?;
        client.reply(&Reply::with(User::from(user))).await
    }
}
