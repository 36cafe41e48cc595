//! `lock_user` and `unlock_user`: whether a user may log in.

use serde::Deserialize;
use youku_core::UserId;

use crate::Stream;
use crate::message::{Number, Reply};
use crate::server::client_connection::Peer;
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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let admin = peer.admin(self.session.as_deref()).await?;
        let user = admin.lock_user(UserId::new(self.user_id.get())).await?;
        peer.reply(&Reply::with(User::from(user))).await
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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let admin = peer.admin(self.session.as_deref()).await?;
        let user = admin.unlock_user(UserId::new(self.user_id.get())).await?;
        peer.reply(&Reply::with(User::from(user))).await
    }
}
