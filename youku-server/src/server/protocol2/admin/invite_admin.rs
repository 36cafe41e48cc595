//! `invite_admin`: lets one person register as an administrator.

use serde::{Deserialize, Serialize};

use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct InviteAdmin {
    session: Option<String>,
}

#[derive(Serialize)]
struct Invited {
    /// The code that `register` accepts once.
    invite: String,
    expires_at: i64,
}

impl InviteAdmin {
    /// Replies with the code of the invite, which is kept nowhere else.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let invite = admin.invite().await?;
        let body = Invited {
            invite: invite.code,
            expires_at: invite.expires_at.as_second(),
        };
        client.reply(&Reply::with(body)).await
    }
}
