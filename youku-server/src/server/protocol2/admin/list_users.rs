//! `list_users`: every registered user.

use serde::Deserialize;

use crate::message::Number;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;
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
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let request = PageRequest::read("users", self.limit, self.after)?;
        let read = |page| {
            let admin = admin.clone();
            async move { admin.users(page).await }
        };
        list::reply::<_, User, _>(client, "user_list", request, read).await
    }
}
