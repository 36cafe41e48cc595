//! `charge_vip`: buys membership, or extends it.

use serde::{Deserialize, Serialize};

use crate::Stream;
use crate::message::{Reply, Text};
use crate::server::client_connection::Peer;
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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let session = peer.session(self.cookies.as_deref()).await?;
        let membership = session.renew_membership().await?;
        let body = Charged {
            until: peer.time(membership.until),
        };
        peer.reply(&Reply::with(body).saying(peer.say(Text::MembershipRenewed)))
            .await
    }
}
