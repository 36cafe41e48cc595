//! Buying membership without the risk of buying it twice.

use youku_core::{Randomness, SystemRandomness};

use crate::client::{Client, Membership, Result, hexadecimal};

/// Buys membership, or prolongs it, under a random key: where the reply is lost the client asks
/// again and no second period is bought.
///
/// # Errors
///
/// What [`Client::renew_membership_once`] fails with.
///
/// # Cancel safety
///
/// Not safe: the membership may have been bought.
pub async fn renew_membership(client: &mut Client) -> Result<Membership> {
    let mut key = [0; 16];
    match SystemRandomness.fill(&mut key) {
        Ok(()) => client.renew_membership_once(&hexadecimal(&key)).await,
        // Without a key it is never sent twice.
        Err(_) => client.renew_membership().await,
    }
}
