//! Buying membership without the risk of buying it twice.

use crate::Code;
use crate::client::{Client, ClientError, Membership, Result};
use crate::terminal::State;

/// Buys membership, or extends it, under a random key that `state` keeps for the user at `server`
/// until the outcome of the purchase is known. If the reply was lost, or the server could not know
/// whether the payment was made, another call, also in another process, continues the same purchase,
/// and nothing is charged twice. `max_price` is the highest price that the user agrees to, in fen.
///
/// # Errors
///
/// A [file error](ClientError::as_file_error) when the key cannot be kept, and then nothing is
/// bought; and what [`Client::whoami`] and [`Client::renew_membership_once`] fail with.
///
/// # Cancel safety
///
/// Not safe: the membership may have been bought. Call it again to find out.
pub async fn renew_membership(
    client: &mut Client,
    state: &State,
    server: &str,
    max_price: u64,
) -> Result<Membership> {
    let user = client.whoami().await?.user_id;
    let key = state
        .begin_purchase(server, user)
        .map_err(|error| ClientError::file(&state.purchase_file(server, user), error))?;
    let bought = client.renew_membership_once(&key, max_price).await;
    let is_settled = match &bought {
        Ok(_) => true,
        Err(error) => error.code() == Some(Code::PaymentDeclined),
    };
    if is_settled {
        // If the key stays, nothing is charged twice: the next purchase gets the answer of this one.
        let _ = state.end_purchase(server, user, &key);
    }
    bought
}
