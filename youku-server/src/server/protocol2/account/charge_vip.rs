//! `charge_vip`: buys membership, or extends it.

use serde::{Deserialize, Serialize};

use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct ChargeVip {
    session: Option<String>,
    /// Identifies this purchase of the user, so that repeating the request buys nothing more.
    key: Option<String>,
}

#[derive(Serialize)]
struct Charged {
    member_until: i64,
    /// What this period cost, in fen.
    price: u64,
}

impl ChargeVip {
    /// Replies with the end of the membership and its price.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.session.as_deref()).await?;
        let membership = match &self.key {
            Some(key) => session.renew_membership_once(key).await?,
            None => session.renew_membership().await?,
        };
        let body = Charged {
            member_until: membership.until.as_second(),
            price: membership.price_fen,
        };
        client.reply(&Reply::with(body)).await
    }
}
