//! Turning a sealed file into a listed movie.

use jiff::Timestamp;
use youku_orm::{Model, New, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::text;
use crate::movies::delete::live_with;
use crate::movies::details::describe::record_media_type;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::movies::movie::{MovieRow, NewMovieRow};
use crate::records::movies::orphan::{NewOrphanRow, OrphanRow};
use crate::service::given_up::remove_if_unowned;
use crate::service::metrics;
use crate::service::shared::Service;
use crate::service::store_generation::next_generation;
use crate::sessions::caller::Caller;
use crate::storage::staging::sealed::Sealed;
use crate::uploads::examine::{Content, examine, refuse};
use crate::uploads::new_movie::Announced;
use crate::uploads::row_guard::RowGuard;
use crate::uploads::upload::Finished;

/// What the deciding transaction found or made.
struct Listed {
    row: MovieRow,
    /// Whether it was listed before.
    existed: bool,
    /// The number of this listing, if there was one; see [`next_generation`].
    generation: Option<u64>,
}

/// Publishes complete and checked bytes to the store and lists their movie.
pub(super) async fn publish(
    announced: &Announced,
    sealed: Sealed,
    guard: RowGuard,
) -> Result<Finished> {
    tracing::trace!("digest checked");
    let session = guard.session.clone();
    let service = session.service();
    let content = match examine(announced, &sealed, &guard).await {
        Ok(content) => content,
        Err(error) => return Err(refuse(error, sealed, guard).await),
    };
    let published = match guard.kept_alive(sealed.sync()).await {
        Ok(synced) => {
            let publish = service.blobs.publish(synced, &guard.key);
            guard.kept_alive(publish).await
        }
        // Its file is gone, so the upload cannot be resumed. An earlier attempt may have published its bytes.
        Err(error) if guard.is_resumable() && error.code() != Code::NoSpace => {
            guard.end_or_warn().await;
            return Err(error);
        }
        Err(error) => Err(error),
    };
    match published {
        Ok(()) => list(announced, content, guard).await,
        Err(error) if guard.is_resumable() => Err(error),
        Err(error) => {
            discard(service, guard).await;
            Err(error)
        }
    }
}

/// Lists the movie whose bytes are in the store.
pub(super) async fn list(
    announced: &Announced,
    content: Content,
    guard: RowGuard,
) -> Result<Finished> {
    let session = guard.session.clone();
    let service = session.service();
    let movie = Published { announced, content };
    let now = service.now();
    let listed = service
        .write(async |tx| movie.list(&guard, now, tx).await)
        .await;
    match listed {
        Ok(Listed {
            row,
            existed,
            generation,
        }) => {
            if existed {
                discard(service, guard).await;
            } else {
                guard.keep();
                // After the commit, so that the store never has a higher number than the database.
                service.record_generation(generation.unwrap_or(0)).await;
                tracing::info!(user = %session.user_id(), movie = %row.m_id, "movie uploaded");
            }
            metrics::uploaded(row.movie_size, existed);
            Ok(Finished {
                movie: row.into(),
                existed,
            })
        }
        // The commit may have succeeded although its reply was lost: the bytes must stay.
        Err(error) if error.is_failure() => {
            guard.keep();
            Err(error)
        }
        // The upload was aborted or has expired while its bytes were published. Or a new handle has its row, and that
        // handle's movie may already own the bytes.
        Err(error) if guard.is_resumable() && error.code() == Code::UploadGone => {
            if let Err(error) = remove_if_unowned(service, &guard.key).await {
                tracing::warn!(
                    ?error,
                    "cannot remove the bytes of an upload that has ended; the sweep removes them"
                );
            }
            Err(error)
        }
        // The upload can continue.
        Err(error) if guard.is_resumable() => Err(error),
        Err(error) => {
            discard(service, guard).await;
            Err(error)
        }
    }
}

/// Removes bytes that no movie will own, and then the row that owns them.
pub(super) async fn discard(service: &Service, guard: RowGuard) {
    match service.blobs.remove(&guard.key).await {
        Ok(()) => guard.delete_row_or_warn().await,
        Err(error) => {
            tracing::warn!(
                ?error,
                "cannot remove the bytes of a refused upload; the sweep removes them"
            );
            guard.keep();
        }
    }
}

/// A movie whose bytes are in the store.
struct Published<'a> {
    announced: &'a Announced,
    content: Content,
}

impl Published<'_> {
    /// The one transaction that decides whether, and as which movie, the bytes are listed.
    async fn list(&self, guard: &RowGuard, now: Timestamp, tx: &mut Transaction) -> Result<Listed> {
        let caller = guard.session.authorize_admin(&mut *tx, now).await?;
        guard.use_up(&mut *tx).await?;
        if let Some(listed) = live_with(&self.content.sha256, &mut *tx).await? {
            return Ok(Listed {
                row: listed,
                existed: true,
                generation: None,
            });
        }
        let same_bytes = MovieRow::filter(MovieRow::SHA256.eq(&self.content.sha256));
        let row = match same_bytes.first(&mut *tx).await? {
            Some(deleted) => self.restore(deleted, &caller, guard, now, &mut *tx).await?,
            None => self.insert(&caller, guard, now, &mut *tx).await?,
        };
        record_media_type(row.m_id, self.content.media_type, &mut *tx).await?;
        let uploaded = NewAuditRow::by(&caller, Act::MovieUploaded, now);
        uploaded.about_movie(row.m_id).write(&mut *tx).await?;
        Ok(Listed {
            row,
            existed: false,
            generation: Some(next_generation(tx).await?),
        })
    }

    async fn insert(
        &self,
        caller: &Caller,
        guard: &RowGuard,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<MovieRow> {
        let new = NewMovieRow {
            movie_name: self.announced.name.clone(),
            search_name: text::search_name(&self.announced.name),
            movie_size: self.announced.size,
            movie_path: guard.key.as_str().to_owned(),
            kind: self.announced.kind,
            sha256: self.content.sha256.clone(),
            live_digest: Some(self.content.sha256.clone()),
            movie_md5: self.announced.hint.clone(),
            user_id: caller.user,
            upload_time: now,
        };
        new.insert(tx).await.map_err(Error::lost_if_taken)
    }

    /// Lists a deleted or lost movie again, with the bytes that were just uploaded. Its old bytes
    /// may be gone; if not, the sweep removes them after a grace.
    async fn restore(
        &self,
        deleted: MovieRow,
        caller: &Caller,
        guard: &RowGuard,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<MovieRow> {
        let updated = MovieRow::filter(MovieRow::M_ID.eq(deleted.m_id))
            .filter(MovieRow::LIVE_DIGEST.is_null())
            .set(MovieRow::MOVIE_NAME, self.announced.name.clone())
            .set(
                MovieRow::SEARCH_NAME,
                text::search_name(&self.announced.name),
            )
            .set(MovieRow::KIND, self.announced.kind)
            .set(MovieRow::MOVIE_MD5, self.announced.hint.clone())
            .set(MovieRow::MOVIE_PATH, guard.key.as_str())
            .set(MovieRow::USER_ID, caller.user)
            .set(MovieRow::IS_DELETE, false)
            .set(MovieRow::IS_LOST, false)
            .set(MovieRow::DELETED_AT, None)
            .set(MovieRow::IS_COLLECTED, false)
            .set(MovieRow::LIVE_DIGEST, self.content.sha256.clone())
            .update(&mut *tx)
            .await
            .map_err(Error::lost_if_taken)?;
        if updated == 0 {
            return Err(Error::lost_race());
        }
        if !deleted.is_collected {
            let replaced = NewOrphanRow {
                object_key: deleted.movie_path,
                found_at: now,
                sha256: Some(self.content.sha256.clone()),
                is_due: false,
            };
            OrphanRow::insert(replaced)
                .or_ignore()
                .exec(&mut *tx)
                .await?;
        }
        let row = MovieRow::find(tx, deleted.m_id).await?;
        row.ok_or_else(Error::no_such_movie)
    }
}
