//! `change_role`: makes a user an administrator, or an administrator a user.

use serde::Deserialize;
use youku_core::UserId;

use crate::message::{Number, Reply, UserType};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::view::User;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct ChangeRole {
    session: Option<String>,
    user_id: Number,
    user_type: UserType,
}

impl ChangeRole {
    /// Replies with the user. If the role has changed, all sessions of the user have ended.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let user = UserId::new(self.user_id.get());
        let changed = admin.change_role(user, self.user_type.into()).await?;
        client.reply(&Reply::with(User::from(changed))).await
    }
}
