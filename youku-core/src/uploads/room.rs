//! What an upload is refused for before its bytes come: the user's quota, and the room on the disk.

use jiff::Timestamp;
use youku_orm::{Filter, Id, Model, Transaction, count_all};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::movies::view::listed;
use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::UploadRow;
use crate::service::policy::Policy;
use crate::service::shared::Service;
use crate::storage::staging::space::Needed;

/// Fails when `size` bytes do not fit beside those that other uploads have announced. It is asked
/// before the transaction that opens the upload, so it is no promise.
///
/// # Errors
///
/// `no_space`.
pub(super) async fn require_space(size: u64, now: Timestamp, service: &Service) -> Result<()> {
    let announced = UploadRow::filter(under_way(now)).select(UploadRow::MOVIE_SIZE.sum());
    let needed = Needed {
        new: size,
        under_way: announced.one(&service.db).await?.unwrap_or(0),
        reserve: service.policy.min_free_bytes,
    };
    needed.require(&service.staging, &service.blobs).await
}

/// Puts transactions that take of one user's quota behind each other, so that each sees what the
/// one before it took. It is the first statement, because it decides what the others see.
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

/// Fails when the movies and uploads of `user` with one more of `size` bytes are beyond the policy.
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

fn under_way(now: Timestamp) -> Filter<UploadRow> {
    UploadRow::EXPIRES_AT.gt(now)
}
