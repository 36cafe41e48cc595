//! What administrators may do, as a handle.

use std::fmt;

use jiff::Timestamp;
use youku_orm::{Id, Model, New, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::credentials::token::Token;
use crate::host::clock::after;
use crate::movies::view::MovieView;
use crate::movies::view::listed;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::invite::NewInviteRow;
use crate::records::movies::movie::MovieRow;
use crate::sessions::handle::Session;
use crate::uploads::room::{queue, require_quota};

/// The capability to do what an administrator may do; made only by [`Session::admin`].
///
/// Everything it does checks again, in the same transaction, that the session is valid and its
/// user an administrator. What it reads was allowed when the handle was made.
///
/// A session alone uploads nothing:
///
/// ```compile_fail
/// async fn upload(session: youku_core::Session, movie: youku_core::NewMovie) {
///     session.upload(movie).await;
/// }
/// ```
///
/// and nobody makes a handle by hand:
///
/// ```compile_fail
/// fn promote(session: youku_core::Session) -> youku_core::Admin {
///     youku_core::Admin { session }
/// }
/// ```
#[derive(Clone)]
pub struct Admin {
    session: Session,
}

/// An invitation to become an administrator. `Debug` does not show the code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invite {
    /// The secret that [`Youku::register_admin`](crate::service::youku::Youku::register_admin) takes once: 64
    /// lower-case hexadecimal characters. It is stored nowhere.
    pub code: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl Admin {
    pub(crate) fn new(session: Session) -> Self {
        Self { session }
    }

    /// The session behind it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Makes an invite, with which one person can register as an administrator once.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, an invite whose code nobody knows may stay; it expires.
    pub async fn invite(&self) -> Result<Invite> {
        let service = self.session.service();
        let code = Token::generate(&*service.randomness)?;
        let now = service.now();
        let expires_at = after(now, service.policy.invite_lifetime);
        service
            .write(async |tx| {
                let caller = self.session.authorize_admin(&mut *tx, now).await?;
                let new = NewInviteRow {
                    code_digest: code.digest(),
                    user_id: caller.user,
                    created_at: now,
                    expires_at,
                    used_at: None,
                };
                new.insert(&mut *tx).await?;
                let invited = NewAuditRow::by(&caller, Act::AdminInvited, now);
                invited.write(tx).await
            })
            .await?;
        tracing::info!(user = %self.session.user_id(), "administrator invited");
        Ok(Invite {
            code: code.as_str().to_owned(),
            expires_at,
        })
    }

    /// Deletes a movie: it leaves all lists at once and downloads of it no longer open. Downloads
    /// that are open finish. Its bytes stay for
    /// [`Policy::restore_window`](crate::service::policy::Policy::restore_window), in which it can be
    /// [restored](Self::restore); its history and purchases stay for ever.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: there is no such movie, or it is deleted already.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the movie is deleted or not, nothing in between.
    pub async fn delete(&self, movie: MovieId) -> Result<MovieView> {
        let service = self.session.service();
        let now = service.now();
        let deleted = service
            .write(async |tx| {
                let caller = self.session.authorize_admin(&mut *tx, now).await?;
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
        tracing::info!(user = %self.session.user_id(), %movie, "movie deleted");
        Ok(deleted.into())
    }

    /// Lists a deleted movie again; one that is listed stays so.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: there is no such movie, or its bytes were lost, or removed some time
    ///   after it was deleted.
    /// - [`Code::Exists`]: another movie of the same bytes is listed;
    ///   [`Error::movie`] says which.
    /// - [`Code::QuotaExceeded`]: who uploaded it has as many movies, or as many bytes of them, as the
    ///   policy allows.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the movie is restored or not, nothing in between.
    pub async fn restore(&self, movie: MovieId) -> Result<MovieView> {
        let service = self.session.service();
        let (now, policy) = (service.now(), &service.policy);
        let owner = MovieRow::find(&service.db, movie.key()).await?;
        let owner = owner.ok_or_else(Error::no_such_movie)?.user_id;
        let restored = service
            .write(async |tx| {
                queue(owner, policy, &mut *tx).await?;
                let caller = self.session.authorize_admin(&mut *tx, now).await?;
                let row = find(movie.key(), tx).await?;
                if row.is_lost || row.is_collected {
                    let text = "the bytes of that movie are gone; upload it again";
                    return Err(Error::new(Code::NotFound, text));
                }
                if let Some(twin) = live_with(&row.sha256, tx).await? {
                    let same = twin.m_id == row.m_id;
                    return same
                        .then_some(row)
                        .ok_or(Error::movie_exists(twin.m_id.into()));
                }
                if row.user_id != owner {
                    return Err(Error::lost_race());
                }
                require_quota(row.user_id, row.movie_size, policy, now, &mut *tx).await?;
                // A sweep may have collected the bytes since it was read.
                let restored = MovieRow::filter(MovieRow::M_ID.eq(row.m_id))
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
                restored.about_movie(row.m_id).write(tx).await?;
                Ok(row)
            })
            .await?;
        tracing::info!(user = %self.session.user_id(), %movie, "movie restored");
        Ok(restored.into())
    }
}

async fn find(movie: Id<MovieRow>, tx: &mut Transaction) -> Result<MovieRow> {
    MovieRow::find(tx, movie)
        .await?
        .ok_or_else(Error::no_such_movie)
}

/// The listed movie of these bytes.
pub(crate) async fn live_with(sha256: &str, tx: &mut Transaction) -> Result<Option<MovieRow>> {
    Ok(MovieRow::filter(MovieRow::LIVE_DIGEST.eq(sha256))
        .first(tx)
        .await?)
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin")
            .field("session", &self.session)
            .finish()
    }
}

/// Does not show the code.
impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
