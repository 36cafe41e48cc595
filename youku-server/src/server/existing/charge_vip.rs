//! `charge_vip`: buys membership, or extends it.

use serde::{Deserialize, Serialize};

use crate::message::{Reply, Text};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct ChargeVip {
    #[serde(alias = "session")]
    cookies: Option<String>,
}

#[derive(Serialize)]
struct Charged {
    /// When the membership ends, as people read it.
    until: String,
}

impl ChargeVip {
    /// Replies with a text and the end of the membership.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let membership = session.renew_membership().await?;
        let body = Charged {
            until: client.time(membership.until),
        };
        client
            .reply(&Reply::with(body).with_text(client.text(Text::MembershipRenewed)))
            .await
    }
}
