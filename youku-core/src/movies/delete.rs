//! Deleting a movie, and restoring it.

use jiff::Timestamp;
use youku_orm::{Id, Model, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::movies::quota::{queue, require_quota};
use crate::movies::view::{MovieView, listed};
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::user::UserRow;
use crate::records::movies::detail::MovieDetailRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::orphan::{NewOrphanRow, OrphanRow};
use crate::records::movies::poster::PosterRow;
use crate::records::movies::tag::MovieTagRow;
use crate::service::given_up::remove_given_up;
use crate::service::store_generation::next_generation;
use crate::sessions::admin::Admin;
use crate::storage::key::BlobKey;

/// How often a movie is read again because it got another owner in between.
const TRIES: usize = 3;

impl Admin {
    /// Deletes a movie: it disappears from all lists at once, and new downloads of it are refused.
    /// Open downloads finish. Its bytes stay for
    /// [`Policy::restore_window`](crate::Policy::restore_window), during which it can be
    /// [restored](Self::restore); entries of histories and purchases stay.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the movie does not exist, or is already deleted.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the movie is either deleted or unchanged.
    pub async fn delete(&self, movie: MovieId) -> Result<MovieView> {
        let service = self.session().service();
        let now = service.now();
        let deleted = service
            .write(async |tx| {
                let caller = self.session().authorize_admin(&mut *tx, now).await?;
                let row = find(movie.key(), tx).await?;
                let hidden = MovieRow::filter(MovieRow::M_ID.eq(movie.key()))
                    .filter(listed())
                    .set(MovieRow::IS_DELETE, true)
                    .set(MovieRow::DELETED_AT, now)
                    .set(MovieRow::LIVE_DIGEST, None)
                    .update(&mut *tx)
                    .await?;
                if hidden == 0 {
                    return Err(Error::no_such_movie());
                }
                let deleted = NewAuditRow::by(&caller, Act::MovieDeleted, now);
                deleted.about_movie(row.m_id).write(tx).await?;
                Ok(row)
            })
            .await?;
        tracing::info!(user = %self.session().user_id(), %movie, "movie deleted");
        Ok(deleted.into())
    }

    /// Removes the bytes of a movie at once and for good, whether it is listed, deleted or hidden: for
    /// content that must not be kept, or a disk that is full. It disappears from all lists and cannot
    /// be [restored](Self::restore); its history and purchases stay. Bytes of the same content that
    /// an earlier upload left are removed too. Open downloads of it end with an error: in every program that reads a
    /// shared folder, and otherwise in this one. Another program that is downloading from a remote store may finish
    /// that download.
    ///
    /// Uploading the same content lists the movie again.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the movie does not exist, or its bytes were removed before.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`]: if the store failed, the movie is purged, and the
    ///   next sweep removes its bytes, even if it is [held back](crate::Hold).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the movie is either unchanged, or purged and the next sweep removes
    /// its bytes.
    pub async fn purge(&self, movie: MovieId) -> Result<MovieView> {
        let service = self.session().service();
        let now = service.now();
        let row = service
            .write(async |tx| self.mark_purged(movie, now, tx).await)
            .await?;
        tracing::info!(user = %self.session().user_id(), %movie, "movie purged");
        service.download_permits.end(movie);
        let marks = OrphanRow::filter(OrphanRow::SHA256.eq(&row.sha256));
        for mark in marks.all(&service.db).await? {
            if let Some(key) = BlobKey::parse(&mark.object_key) {
                remove_given_up(service, &key).await?;
            }
        }
        Ok(row.into())
    }

    async fn mark_purged(
        &self,
        movie: MovieId,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<MovieRow> {
        let caller = self.session().authorize_admin(&mut *tx, now).await?;
        let row = find(movie.key(), tx).await?;
        let purged = MovieRow::filter(MovieRow::M_ID.eq(row.m_id))
            .filter(MovieRow::MOVIE_PATH.eq(&row.movie_path))
            .filter(MovieRow::IS_COLLECTED.eq(false))
            .set(MovieRow::IS_DELETE, true)
            .set(MovieRow::DELETED_AT, now)
            .set(MovieRow::LIVE_DIGEST, None)
            .set(MovieRow::IS_COLLECTED, true)
            .update(&mut *tx)
            .await?;
        if purged == 0 {
            return Err(if row.is_collected {
                Error::no_such_movie()
            } else {
                // An upload of the same content has just replaced its bytes.
                Error::lost_race()
            });
        }
        // From here on the sweep removes the bytes and their copies, should this program end before it does.
        let mark = NewOrphanRow {
            object_key: row.movie_path.clone(),
            found_at: now,
            sha256: Some(row.sha256.clone()),
            is_due: true,
        };
        OrphanRow::insert(mark).or_ignore().exec(&mut *tx).await?;
        OrphanRow::filter(OrphanRow::SHA256.eq(&row.sha256))
            .set(OrphanRow::IS_DUE, true)
            .update(&mut *tx)
            .await?;
        // What was said about the content goes with it.
        MovieDetailRow::filter(MovieDetailRow::MOVIE_ID.eq(row.m_id))
            .delete(&mut *tx)
            .await?;
        MovieTagRow::filter(MovieTagRow::MOVIE_ID.eq(row.m_id))
            .delete(&mut *tx)
            .await?;
        PosterRow::filter(PosterRow::MOVIE_ID.eq(row.m_id))
            .delete(&mut *tx)
            .await?;
        let purged = NewAuditRow::by(&caller, Act::MoviePurged, now);
        purged.about_movie(row.m_id).write(tx).await?;
        Ok(row)
    }

    /// Lists a deleted movie again; a listed movie stays listed.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the movie does not exist, or its bytes were lost, or were removed some
    ///   time after it was deleted.
    /// - [`Code::Exists`]: another movie with the same bytes is listed; [`Error::movie`] says
    ///   which.
    /// - [`Code::QuotaExceeded`]: the user who uploaded it has as many movies, or as many bytes of
    ///   them, as the policy allows.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the movie is either restored or unchanged.
    pub async fn restore(&self, movie: MovieId) -> Result<MovieView> {
        let service = self.session().service();
        for _ in 0..TRIES {
            let owner = MovieRow::find(&service.db, movie.key()).await?;
            let owner = owner.ok_or_else(Error::no_such_movie)?.user_id;
            let now = service.now();
            let restored = service
                .write(async |tx| self.try_restore(movie, owner, now, tx).await)
                .await?;
            if let Some(Restored { row, generation }) = restored {
                // After the commit, as for a movie that is uploaded.
                service.record_generation(generation.unwrap_or(0)).await;
                tracing::info!(user = %self.session().user_id(), %movie, "movie restored");
                return Ok(row.into());
            }
        }
        Err(Error::lost_race())
    }

    /// Returns nothing when the movie does not belong to `owner`, whose quota it counts against: an
    /// upload of the same bytes has given it another owner.
    async fn try_restore(
        &self,
        movie: MovieId,
        owner: Id<UserRow>,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<Option<Restored>> {
        let policy = &self.session().service().policy;
        queue(owner, policy, &mut *tx).await?;
        let caller = self.session().authorize_admin(&mut *tx, now).await?;
        let row = find(movie.key(), tx).await?;
        if row.is_lost || row.is_collected {
            let text = "the bytes of that movie have been removed; upload it again";
            return Err(Error::new(Code::NotFound, text));
        }
        if let Some(listed) = live_with(&row.sha256, tx).await? {
            let same = listed.m_id == row.m_id;
            let exists = || Error::movie_exists(listed.m_id.into());
            let unchanged = Restored {
                row,
                generation: None,
            };
            return same.then_some(Some(unchanged)).ok_or_else(exists);
        }
        if row.user_id != owner {
            return Ok(None);
        }
        require_quota(row.user_id, row.movie_size, policy, now, &mut *tx).await?;
        // Since the row was read, another administrator may have restored the movie, a sweep may
        // have collected its bytes, or an upload may have given it another owner.
        let restored = MovieRow::filter(MovieRow::M_ID.eq(row.m_id))
            .filter(MovieRow::USER_ID.eq(owner))
            .filter(MovieRow::LIVE_DIGEST.is_null())
            .filter(MovieRow::IS_COLLECTED.eq(false))
            .set(MovieRow::IS_DELETE, false)
            .set(MovieRow::DELETED_AT, None)
            .set(MovieRow::LIVE_DIGEST, row.sha256.clone())
            .update(&mut *tx)
            .await;
        if restored.map_err(Error::lost_if_taken)? == 0 {
            return Err(Error::lost_race());
        }
        let restored = NewAuditRow::by(&caller, Act::MovieRestored, now);
        restored.about_movie(row.m_id).write(&mut *tx).await?;
        Ok(Some(Restored {
            row,
            generation: Some(next_generation(tx).await?),
        }))
    }
}

/// A movie that is listed again.
struct Restored {
    row: MovieRow,
    /// The number of this listing; none if it was listed before. A database that is restored from an older backup would
    /// collect its bytes.
    generation: Option<u64>,
}

async fn find(movie: Id<MovieRow>, tx: &mut Transaction) -> Result<MovieRow> {
    MovieRow::find(tx, movie)
        .await?
        .ok_or_else(Error::no_such_movie)
}

/// The listed movie with these bytes.
pub(crate) async fn live_with(sha256: &str, tx: &mut Transaction) -> Result<Option<MovieRow>> {
    Ok(MovieRow::filter(MovieRow::LIVE_DIGEST.eq(sha256))
        .first(tx)
        .await?)
}
