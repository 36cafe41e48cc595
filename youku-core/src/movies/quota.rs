//! How many movies and uploads a user may have.

use jiff::Timestamp;
use youku_orm::{Filter, Id, Model, Transaction, count_all};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::host::policy::Policy;
use crate::movies::view::listed;
use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::UploadRow;

/// Serializes the transactions that use one user's quota, so that each sees what the previous one
/// used. It must be the first statement of a transaction, because the first statement determines
/// what later ones see.
pub(crate) async fn queue(user: Id<UserRow>, policy: &Policy, tx: &mut Transaction) -> Result<()> {
    if policy.quota_movies.is_none() && policy.quota_bytes.is_none() {
        return Ok(());
    }
    UserRow::filter(UserRow::U_ID.eq(user))
        .set(UserRow::REVISION, UserRow::REVISION + 1)
        .update(tx)
        .await?;
    Ok(())
}

/// Fails when the movies and uploads of `user`, with one more of `size` bytes, exceed the policy.
///
/// # Errors
///
/// `quota_exceeded`.
pub(crate) async fn require_quota(
    user: Id<UserRow>,
    size: u64,
    policy: &Policy,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<()> {
    if policy.quota_movies.is_none() && policy.quota_bytes.is_none() {
        return Ok(());
    }
    let movies = MovieRow::filter(MovieRow::USER_ID.eq(user)).filter(listed());
    let movies = movies.select((count_all(), MovieRow::MOVIE_SIZE.sum()));
    let uploads = UploadRow::filter(UploadRow::USER_ID.eq(user)).filter(under_way(now));
    let uploads = uploads.select((count_all(), UploadRow::MOVIE_SIZE.sum()));
    let mut used = (1, size);
    for (count, bytes) in [movies.one(&mut *tx).await?, uploads.one(&mut *tx).await?] {
        used.0 += count;
        used.1 += bytes.unwrap_or(0);
    }
    match (policy.quota_movies, policy.quota_bytes) {
        (Some(most), _) if used.0 > most => Err(exceeded(&format!("{most} movies"))),
        (_, Some(most)) if used.1 > most => Err(exceeded(&format!("{most} bytes"))),
        _ => Ok(()),
    }
}

fn exceeded(most: &str) -> Error {
    let text = format!(
        "the movies and uploads of one user may have {most} at most; delete a movie or abort an upload"
    );
    Error::new(Code::QuotaExceeded, text)
}

/// The uploads that have not expired, without those that have waited too long for their first byte.
pub(crate) fn under_way(now: Timestamp) -> Filter<UploadRow> {
    let reserved = UploadRow::RESERVED_UNTIL.is_null();
    let reserved = reserved.or(UploadRow::RESERVED_UNTIL.gt(now));
    reserved.and(UploadRow::EXPIRES_AT.gt(now))
}
