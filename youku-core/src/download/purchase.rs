//! Paying for a charged movie, once.

use jiff::Timestamp;
use youku_orm::{Model, New, Transaction};

use crate::caller::Caller;
use crate::model::{Kind, MovieRow, NewPurchaseRow, PurchaseRow};
use crate::policy::Policy;
use crate::{Error, Result};

/// Charges the user for the movie unless it is free or paid for, and says how much, in fen.
///
/// UNIQUE (user, movie) decides: whoever comes second finds the purchase when it is run again.
pub(super) async fn charge(
    caller: &Caller,
    movie: &MovieRow,
    policy: &Policy,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<u64> {
    if movie.kind == Kind::Free {
        return Ok(0);
    }
    let paid = PurchaseRow::filter(PurchaseRow::USER_ID.eq(caller.user))
        .filter(PurchaseRow::MOVIE_ID.eq(movie.m_id));
    if paid.exists(&mut *tx).await? {
        return Ok(0);
    }
    let price_fen = policy.price(caller.is_vip(now));
    let new = NewPurchaseRow {
        user_id: caller.user,
        movie_id: movie.m_id,
        price_fen,
        paid_at: now,
    };
    new.insert(tx).await.map_err(Error::lost_if_taken)?;
    Ok(price_fen)
}
