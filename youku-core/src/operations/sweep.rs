//! Removing what crashes left behind.

use std::collections::HashSet;
use std::pin::pin;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::Result;
use crate::host::clock::before;
use crate::movies::view::listed;
use crate::operations::batch::{BATCH, Failures, delete_by_batches, in_batches};
use crate::operations::collect::collect;
use crate::records::accounts::invite::InviteRow;
use crate::records::accounts::login_failure::LoginFailureRow;
use crate::records::accounts::session::SessionRow;
use crate::records::movies::download_wait::DownloadWaitRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::UploadRow;
use crate::service::shared::Service;
use crate::service::store_identity;
use crate::service::youku::Youku;
use crate::storage::key::BlobKey;

/// What a sweep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sweep {
    /// Uploads that had expired.
    pub uploads: u64,
    /// Staged files that belonged to no upload.
    pub staged_files: u64,
    /// Stored objects that belonged to neither a movie nor an upload.
    pub objects: u64,
    /// Deleted movies whose bytes were removed because their restore window has passed.
    pub collected_movies: u64,
    /// Movies that were hidden because their bytes are missing or have another size. This must
    /// never happen; each one was logged as an error.
    pub lost_movies: u64,
    /// Sessions that had expired.
    pub sessions: u64,
    /// Invites that had expired without being used.
    pub invites: u64,
    /// Names whose failed log-ins no longer count.
    pub login_failures: u64,
    /// Waits that were used up by downloads that can no longer be resumed.
    pub waits: u64,
}

impl Youku {
    /// Removes what earlier crashes and lost connections left behind: expired uploads, sessions and
    /// invites, and files that belong to no row once they are older than
    /// [`Policy::sweep_grace`](crate::Policy::sweep_grace). Removes the bytes of movies that were
    /// deleted [`Policy::restore_window`](crate::Policy::restore_window) ago. Hides movies whose
    /// bytes are gone.
    ///
    /// A host calls it when it starts, and from time to time. It may run while the service is in
    /// use, and at several nodes at the same time; it works in small batches. Times of files are
    /// compared with the service's clock.
    ///
    /// # Errors
    ///
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the database or the store cannot be
    ///   reached.
    /// - [`Code::BadRequest`](crate::Code::BadRequest) on `movies`: the store does not belong to
    ///   the database, for example because a disk is not mounted; no movie is hidden because of
    ///   that.
    /// - [`Code::Internal`](crate::Code::Internal): a file cannot be removed.
    ///
    /// What was done before the error stays done.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, a part of the work is done; another sweep does the rest.
    pub async fn sweep(&self) -> Result<Sweep> {
        let service = &*self.0;
        let now = service.now();
        let old = before(now, service.policy.sweep_grace);
        // Work that needs no store comes first. A failure in the work that does need one does not
        // stop the rest.
        let mut swept = Sweep {
            sessions: expired_sessions(service, now).await?,
            invites: expired_invites(service, now).await?,
            login_failures: old_failures(service, now).await?,
            waits: used_waits(service, now).await?,
            uploads: expired_uploads(service, now).await?,
            staged_files: staged_files(service, old).await?,
            ..Sweep::default()
        };
        let lost = lost_movies(service).await;
        let collected = collect(service, now).await;
        let unowned = objects(service, old).await;
        (swept.lost_movies, swept.collected_movies, swept.objects) = (lost?, collected?, unowned?);
        tracing::info!(?swept, "sweep completed");
        Ok(swept)
    }
}

/// Deletes the row of each expired upload, which also ends its right to publish; then removes its
/// file.
async fn expired_uploads(service: &Service, now: Timestamp) -> Result<u64> {
    let mut removed = 0;
    loop {
        let expired = UploadRow::filter(UploadRow::EXPIRES_AT.le(now));
        let batch = expired
            .order_by(UploadRow::UP_ID.asc())
            .limit(BATCH)
            .all(&service.db)
            .await?;
        if batch.is_empty() {
            return Ok(removed);
        }
        for upload in batch {
            let row = UploadRow::filter(UploadRow::UP_ID.eq(upload.up_id));
            removed += service.delete(&row).await?;
            if let Some(key) = BlobKey::parse(&upload.movie_path) {
                service.staging.remove(&key).await?;
            }
        }
    }
}

async fn staged_files(service: &Service, old: Timestamp) -> Result<u64> {
    let mut removed = 0;
    for batch in service
        .staging
        .older_than(old)
        .await?
        .chunks(BATCH as usize)
    {
        let owned = owned_by_uploads(service, batch.iter().map(|staged| &staged.key)).await?;
        for staged in batch {
            if !owned.contains(staged.key.as_str()) {
                match staged.remove().await {
                    Ok(()) => removed += 1,
                    // A file that cannot be removed must not stop the rest of the sweep.
                    Err(error) => tracing::warn!(
                        ?error,
                        "cannot remove a staged file; continuing with the others"
                    ),
                }
            }
        }
    }
    Ok(removed)
}

async fn objects(service: &Service, old: Timestamp) -> Result<u64> {
    store_identity::require(&service.db, &service.blobs).await?;
    let (mut removed, mut failed) = (0, Failures::default());
    let mut batches = service.blobs.older_than(old).try_chunks(BATCH as usize);
    while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
        // Uploads first: an upload that finishes between the two queries is found as a movie by the
        // second.
        let mut owned = owned_by_uploads(service, batch.iter()).await?;
        owned.extend(owned_by_movies(service, &batch).await?);
        for key in batch.iter().filter(|key| !owned.contains(key.as_str())) {
            let gone = failed.note(service.blobs.remove(key).await)?;
            removed += u64::from(gone.is_some());
        }
    }
    failed.or(removed)
}

async fn owned_by_uploads(
    service: &Service,
    keys: impl Iterator<Item = &BlobKey>,
) -> Result<HashSet<String>> {
    let owners = UploadRow::filter(UploadRow::MOVIE_PATH.in_(keys.map(BlobKey::as_str)));
    let owners = owners.all(&service.db).await?;
    Ok(owners.into_iter().map(|upload| upload.movie_path).collect())
}

async fn owned_by_movies(service: &Service, keys: &[BlobKey]) -> Result<HashSet<String>> {
    let owners = MovieRow::filter(MovieRow::MOVIE_PATH.in_(keys.iter().map(BlobKey::as_str)));
    let owners = owners.filter(MovieRow::IS_COLLECTED.eq(false));
    let owners = owners.all(&service.db).await?;
    Ok(owners.into_iter().map(|movie| movie.movie_path).collect())
}

/// Hides every listed movie whose bytes do not match its row.
async fn lost_movies(service: &Service) -> Result<u64> {
    let (mut lost, mut failed) = (0, Failures::default());
    let mut movies = pin!(in_batches(service, MovieRow::filter(listed())));
    while let Some(movie) = movies.try_next().await? {
        let size = match BlobKey::parse(&movie.movie_path) {
            Some(key) => service.blobs.size(&key).await,
            None => Ok(None),
        };
        if failed
            .note(size)?
            .is_some_and(|size| size != Some(movie.movie_size))
        {
            // A disk that is not mounted does not mean that movies are lost.
            store_identity::require(&service.db, &service.blobs).await?;
            lost += hide(service, &movie).await?;
        }
    }
    failed.or(lost)
}

/// Hides the movie, unless its bytes were replaced since the row was read.
async fn hide(service: &Service, movie: &MovieRow) -> Result<u64> {
    let hidden = service
        .write(async |tx| {
            let row = MovieRow::filter(MovieRow::M_ID.eq(movie.m_id))
                .filter(MovieRow::MOVIE_PATH.eq(&movie.movie_path))
                .filter(listed());
            let row = row
                .set(MovieRow::IS_LOST, true)
                .set(MovieRow::LIVE_DIGEST, None);
            Ok(row.update(tx).await?)
        })
        .await?;
    if hidden > 0 {
        tracing::error!(movie = %movie.m_id, "the bytes of a listed movie are missing; the movie is hidden until it is uploaded again");
    }
    Ok(hidden)
}

async fn expired_sessions(service: &Service, now: Timestamp) -> Result<u64> {
    let expired = SessionRow::filter(SessionRow::EXPIRES_AT.le(now));
    delete_by_batches(service, SessionRow::S_ID, expired).await
}

async fn expired_invites(service: &Service, now: Timestamp) -> Result<u64> {
    let expired = InviteRow::filter(InviteRow::EXPIRES_AT.le(now));
    let unused = expired.filter(InviteRow::USED_AT.is_null());
    delete_by_batches(service, InviteRow::I_ID, unused).await
}

async fn old_failures(service: &Service, now: Timestamp) -> Result<u64> {
    let over = LoginFailureRow::filter(LoginFailureRow::COUNTS_UNTIL.le(now));
    delete_by_batches(service, LoginFailureRow::LF_ID, over).await
}

async fn used_waits(service: &Service, now: Timestamp) -> Result<u64> {
    let over = before(now, service.policy.resume_window);
    let used = DownloadWaitRow::filter(DownloadWaitRow::STARTED_AT.lt(over));
    delete_by_batches(service, DownloadWaitRow::W_ID, used).await
}
