//! The open sessions of a user: listing and ending them.

use jiff::Timestamp;
use youku_orm::{Id, Model, Narrowed, Query, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::{SessionId, UserId};
use crate::basics::page::{Listing, Page};
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::UserRow;
use crate::service::shared::Service;
use crate::sessions::admin::Admin;
use crate::sessions::caller::Caller;
use crate::sessions::handle::Session;

/// A session that can be used, as its user and administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionView {
    /// Its id, also for the [page](Page::after) that follows it. It is not the token, and gives no
    /// access.
    pub id: SessionId,
    /// Where it was opened from, as the host said at the [log-in](crate::Credentials::peer).
    pub peer: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it ends if it is not used before that.
    pub expires_at: Timestamp,
    /// Whether it is the session of the handle that lists it.
    pub is_current: bool,
}

impl Session {
    /// The user's own sessions that can be used, newest first.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`]: the field `after` is not a cursor of this list.
    /// - [`Code::Unauthenticated`] and [`Code::SessionReplaced`]: the session has ended.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn sessions(&self, page: Page) -> Result<Listing<SessionView>> {
        let service = self.service();
        let caller = self.caller(&service.db, service.now()).await?;
        list(service, caller.user, caller.session, page).await
    }

    /// Ends one of the user's own sessions, such as one on a lost device. Downloads that it has begun
    /// continue.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the user has no such session, or it has ended.
    /// - [`Code::Unauthenticated`] and [`Code::SessionReplaced`]: the session of this handle has ended.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the session has either ended or not.
    pub async fn end_session(&self, session: SessionId) -> Result<()> {
        let service = self.service();
        let now = service.now();
        let end = service.write(async |tx| {
            let caller = self.authorize(&mut *tx, now).await?;
            end(&caller, caller.user, session, now, tx).await
        });
        end.await
    }
}

impl Admin {
    /// The sessions of a user that can be used, newest first.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`]: the field `after` is not a cursor of this list.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn sessions(&self, user: UserId, page: Page) -> Result<Listing<SessionView>> {
        let service = self.session().service();
        let caller = self.session().caller(&service.db, service.now()).await?;
        caller.require_admin()?;
        list(service, user.key(), caller.session, page).await
    }

    /// Ends a session of a user. Downloads that it has begun continue; [locking](Self::lock_user) the
    /// user ends them too.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the user has no such session, or it has ended.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the session has either ended or not.
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<()> {
        let service = self.session().service();
        let now = service.now();
        let end = service.write(async |tx| {
            let caller = self.session().authorize_admin(&mut *tx, now).await?;
            end(&caller, user.key(), session, now, tx).await
        });
        end.await
    }
}

/// The sessions of a user that can be used at `now`.
pub(crate) fn open_sessions(user: Id<UserRow>, now: Timestamp) -> Query<SessionRow, Narrowed> {
    SessionRow::filter(SessionRow::USER_ID.eq(user))
        .filter(SessionRow::REPLACED_AT.is_null())
        .filter(SessionRow::IDLE_UNTIL.gt(now))
        .filter(SessionRow::EXPIRES_AT.gt(now))
}

async fn list(
    service: &Service,
    user: Id<UserRow>,
    current: Option<Id<SessionRow>>,
    page: Page,
) -> Result<Listing<SessionView>> {
    let one_more = service.one_more(&page);
    let open = open_sessions(user, service.now()).order_by(SessionRow::S_ID.desc());
    let rows = page.start(open)?.limit(one_more).all(&service.db).await?;
    let mut listed: Listing<SessionView> =
        Listing::cut(rows, one_more, |row| row.s_id.get().into());
    for session in &mut listed.entries {
        session.is_current = current.is_some_and(|current| session.id == current.into());
    }
    Ok(listed)
}

async fn end(
    caller: &Caller,
    user: Id<UserRow>,
    session: SessionId,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<()> {
    let open = open_sessions(user, now).filter(SessionRow::S_ID.eq(session.key()));
    if open.delete(&mut *tx).await? == 0 {
        return Err(Error::new(Code::NotFound, "there is no such session"));
    }
    let ended = NewAuditRow::by(caller, Act::SessionEnded, now);
    ended.about_user(Some(user)).write(tx).await
}

impl From<SessionRow> for SessionView {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.s_id.into(),
            peer: row.peer,
            created_at: row.created_at,
            expires_at: row.idle_until.min(row.expires_at),
            is_current: false,
        }
    }
}
