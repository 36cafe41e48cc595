//! `change_password`: sets a new password and ends the user's other sessions.

use serde::Deserialize;
use youku_core::PasswordChange;

use crate::message::{Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Deserialize)]
pub(crate) struct ChangePassword {
    session: Option<String>,
    old_password: String,
    new_password: String,
}

impl ChangePassword {
    /// Replies with success and no further fields. The session stays valid.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.session.as_deref()).await?;
        let change = PasswordChange {
            old: self.old_password,
            new: self.new_password,
        };
        session.change_password(change).await.map_err(|error| {
            let refusal = Refusal::from(error);
            match refusal.field() {
                Some("password") => refusal.for_field("new_password"),
                _ => refusal,
            }
        })?;
        client.reply(&Reply::empty()).await
    }
}
