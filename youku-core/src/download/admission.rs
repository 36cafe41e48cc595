//! What stands before a download: the price and the wait.

use jiff::Timestamp;
use youku_orm::{Filter, Id, Model, New, Transaction};

use crate::caller::Caller;
use crate::clock::after;
use crate::model::{
    DownloadWaitRow, Kind, MovieRow, NewDownloadWaitRow, NewPurchaseRow, PurchaseRow,
};
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

/// When the bytes may start: now for a member, otherwise when the user's wait for this movie is
/// over. It begins here if it has not begun.
pub(super) async fn ready_at(
    caller: &Caller,
    movie: Id<MovieRow>,
    policy: &Policy,
    resumes: bool,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<Timestamp> {
    if caller.is_vip(now) || policy.download_wait.is_zero() {
        return Ok(now);
    }
    let ready_at = after(now, policy.download_wait);
    let wait = DownloadWaitRow::filter(wait_of(caller, movie))
        .first(&mut *tx)
        .await?;
    let Some(wait) = wait else {
        let new = NewDownloadWaitRow {
            user_id: caller.user,
            movie_id: movie,
            ready_at,
            started_at: None,
        };
        new.insert(tx).await.map_err(Error::lost_if_taken)?;
        return Ok(ready_at);
    };
    match wait.started_at {
        // A wait is never longer than a fresh one, whatever clock wrote it.
        None => Ok(wait.ready_at.min(ready_at)),
        Some(started) if resumes && now <= after(started, policy.resume_window) => Ok(now),
        Some(started) => {
            let again = DownloadWaitRow::filter(DownloadWaitRow::W_ID.eq(wait.w_id))
                .filter(DownloadWaitRow::STARTED_AT.eq(started))
                .set(DownloadWaitRow::STARTED_AT, None)
                .set(DownloadWaitRow::READY_AT, ready_at)
                .update(tx)
                .await?;
            if again == 1 {
                Ok(ready_at)
            } else {
                Err(Error::lost_race())
            }
        }
    }
}

/// Uses up the user's wait for this movie if it is over; false when there is none such.
///
/// Of several downloads that waited together, one uses it up.
pub(super) async fn use_up(
    caller: &Caller,
    movie: Id<MovieRow>,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<bool> {
    let used = DownloadWaitRow::filter(wait_of(caller, movie))
        .filter(DownloadWaitRow::STARTED_AT.is_null())
        .filter(DownloadWaitRow::READY_AT.le(now))
        .set(DownloadWaitRow::STARTED_AT, now)
        .update(tx)
        .await?;
    Ok(used == 1)
}

fn wait_of(caller: &Caller, movie: Id<MovieRow>) -> Filter<DownloadWaitRow> {
    let user = DownloadWaitRow::USER_ID.eq(caller.user);
    user.and(DownloadWaitRow::MOVIE_ID.eq(movie))
}
