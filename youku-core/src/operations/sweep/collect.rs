//! Removing the bytes of movies that were deleted a long time ago.

use std::pin::pin;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use youku_orm::{Filter, Model};

use crate::basics::error::Result;
use crate::operations::batch::{Failures, in_batches};
use crate::operations::sweep::due_before;
use crate::records::movies::movie::MovieRow;
use crate::service::shared::Service;
use crate::storage::key::BlobKey;

/// Removes the bytes of each movie whose restore window has passed since it was deleted, and
/// returns the number of movies.
///
/// First the row is marked as collected, so that no administrator restores the movie. A crash
/// between the two steps leaves an object that no row owns.
pub(super) async fn collect(service: &Service, now: Timestamp) -> Result<u64> {
    let old = due_before(service, now, service.policy.restore_window).await?;
    let (mut collected, mut failed) = (0, Failures::default());
    let mut movies = pin!(in_batches(service, MovieRow::filter(collectable(old))));
    while let Some(movie) = movies.try_next().await? {
        let one = collect_one(service, &movie, old).await;
        collected += failed.note(one)?.unwrap_or(0);
    }
    failed.or(collected)
}

async fn collect_one(service: &Service, movie: &MovieRow, old: Timestamp) -> Result<u64> {
    let marked = service
        .write(async |tx| {
            // An administrator or another upload may have restored it since the row was read.
            let row = MovieRow::filter(collectable(old))
                .filter(MovieRow::M_ID.eq(movie.m_id))
                .filter(MovieRow::MOVIE_PATH.eq(&movie.movie_path));
            Ok(row.set(MovieRow::IS_COLLECTED, true).update(tx).await?)
        })
        .await?;
    if marked > 0
        && let Some(key) = BlobKey::parse(&movie.movie_path)
    {
        service.blobs.remove(&key).await?;
        tracing::info!(movie = %movie.m_id, "the bytes of a deleted movie were removed");
    }
    Ok(marked)
}

/// Deleted movies that have bytes and can no longer be restored.
pub(super) fn collectable(old: Timestamp) -> Filter<MovieRow> {
    MovieRow::DELETED_AT
        .le(old)
        .and(MovieRow::LIVE_DIGEST.is_null())
        .and(MovieRow::IS_COLLECTED.eq(false))
}
