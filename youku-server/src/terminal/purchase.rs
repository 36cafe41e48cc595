//! Buying membership without the risk of buying it twice.

use crate::Code;
use crate::client::{Client, ClientError, Membership, Result};
use crate::terminal::State;

/// Buys membership, or prolongs it, under a random key that `state` keeps for the user at `server`
/// until it is known how the purchase ended. Whoever calls it again because the reply was lost, or
/// because the server did not know whether the money was taken, goes on with that purchase, also in
/// another process, and nothing is charged twice.
///
/// # Errors
///
/// A [file error](ClientError::as_file_error) when the key cannot be kept, and then nothing is
/// bought; and what [`Client::whoami`] and [`Client::renew_membership_once`] fail with.
///
/// # Cancel safety
///
/// Not safe: the membership may have been bought. Calling it again tells.
pub async fn renew_membership(
    client: &mut Client,
    state: &State,
    server: &str,
) -> Result<Membership> {
    let user = client.whoami().await?.user_id;
    let key = state
        .begin_purchase(server, user)
        .map_err(|error| ClientError::file(&state.purchase_file(server, user), error))?;
    let bought = client.renew_membership_once(&key).await;
    let is_settled = match &bought {
        Ok(_) => true,
        Err(error) => error.code() == Some(Code::PaymentDeclined),
    };
    if is_settled {
        // A key that stays charges nothing: it gives the next purchase this one's answer.
        let _ = state.end_purchase(server, user, &key);
    }
    bought
}
