//! `list_users`: every registered user.

use serde::Deserialize;

use crate::Stream;
use crate::message::Number;
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::Wanted;
use crate::server::protocol2::view::User;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct ListUsers {
    session: Option<String>,
    limit: Option<Number>,
    after: Option<String>,
}

impl ListUsers {
    /// Replies with a page of `user_list`.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let admin = peer.admin(self.session.as_deref()).await?;
        let wanted = Wanted::read("users", self.limit, self.after)?;
        let read = |page| {
            let admin = admin.clone();
            async move { admin.users(page).await }
        };
        list::reply::<_, _, User, _>(peer, "user_list", wanted, read).await
    }
}
