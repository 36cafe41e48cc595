//! `prices`: the current prices, also without a session.

use serde::Deserialize;

use crate::client;
use crate::message::{Reply, whole_seconds};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The request, which has no fields.
#[derive(Debug, Deserialize)]
pub(crate) struct Prices {}

impl Prices {
    /// Replies with the current prices.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let policy = client.youku.policy();
        let prices = client::Prices {
            movie_fen: policy.price_fen,
            member_movie_fen: policy.member_price_fen,
            membership_fen: policy.membership_price_fen,
            membership_seconds: whole_seconds(policy.membership_period),
            wait_seconds: whole_seconds(policy.download_wait),
        };
        client.reply(&Reply::with(prices)).await
    }
}
