//! A log-in as a handle, with everything that a user may do.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use youku_orm::{Executor, Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::credentials::token::Token;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, UserRow};
use crate::service::shared::Service;
use crate::service::youku::Youku;
use crate::sessions::admin::Admin;
use crate::sessions::caller::{Caller, is_member};

/// A valid log-in: the capability to do what a user may do.
///
/// It is cheap to clone and can move between tasks. It comes from [`Youku::login`],
/// [`Youku::session`] or [`Youku::session_for`] and cannot be constructed otherwise. A handle proves that its session was
/// valid when the handle was made. Every change checks again, in the same transaction; reading
/// lists does not, so a server calls [`Youku::session`] for each request.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    youku: Youku,
    credential: Credential,
    user: UserId,
    username: String,
    role: Role,
    member_until: RwLock<Option<Timestamp>>,
}

/// What a handle proves its right by.
enum Credential {
    Token {
        token: Token,
        digest: String,
    },
    /// The host has identified the user; where acts come from.
    Host(&'static str),
}

/// The user of a session, as they were when its handle was made.
pub(crate) struct SessionUser {
    pub(crate) id: UserId,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) member_until: Option<Timestamp>,
}

impl Youku {
    /// Finds the session of a token, and records that it is in use.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated): no session has this token, or the
    ///   session has ended or expired.
    /// - [`Code::SessionReplaced`](crate::Code::SessionReplaced): a newer log-in of the same user
    ///   replaced it.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the lifetime of the session may have been extended as by a use.
    pub async fn session(&self, token: &str) -> Result<Session> {
        let service = &*self.0;
        let token = Token::parse(token).ok_or_else(Error::unauthenticated)?;
        let now = service.now();
        let caller = Caller::find(&service.db, &token.digest(), now).await?;
        if caller.is_stale(now, &service.policy) {
            service
                .write(async |tx| caller.touch(tx, now, &service.policy).await)
                .await?;
        }
        let user = SessionUser {
            id: caller.user.into(),
            username: caller.username,
            role: caller.role,
            member_until: caller.member_until,
        };
        Ok(Session::new(self.clone(), token, user))
    }
}

impl Session {
    pub(crate) fn new(youku: Youku, token: Token, user: SessionUser) -> Self {
        let digest = token.digest();
        Self::with(youku, Credential::Token { token, digest }, user)
    }

    /// A handle without a session, for a host that has identified the user; `peer` is where the acts
    /// come from.
    pub(crate) fn of_host(youku: Youku, row: UserRow, peer: &'static str) -> Self {
        let user = SessionUser {
            id: row.u_id.into(),
            username: row.username,
            role: row.user_type,
            member_until: row.member_until,
        };
        Self::with(youku, Credential::Host(peer), user)
    }

    fn with(youku: Youku, credential: Credential, user: SessionUser) -> Self {
        Self(Arc::new(Inner {
            youku,
            credential,
            user: user.id,
            username: user.username,
            role: user.role,
            member_until: RwLock::new(user.member_until),
        }))
    }

    /// The secret that [`Youku::session`] takes: 64 lower-case hexadecimal characters. Empty for a
    /// handle that [`Youku::session_for`] or [`Youku::system`] made, which has none.
    #[must_use]
    pub fn token(&self) -> &str {
        match &self.0.credential {
            Credential::Token { token, .. } => token.as_str(),
            Credential::Host(_) => "",
        }
    }

    /// The user who logged in.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.0.user
    }

    /// The user's name as it was registered.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.0.username
    }

    /// The user's role when the handle was made.
    #[must_use]
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// Whether the user is a member now, as far as this handle and its clones know.
    #[must_use]
    pub fn is_vip(&self) -> bool {
        is_member(self.member_until(), self.service().now())
    }

    /// The end of the user's membership, in the past or future, as far as this handle and its
    /// clones know; none if the user never was a member.
    #[must_use]
    pub fn member_until(&self) -> Option<Timestamp> {
        *self
            .0
            .member_until
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the session, for all of its handles. A session that has already ended stays ended.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable),
    /// [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the session may or may not have ended; calling again ends it.
    pub async fn logout(&self) -> Result<()> {
        let service = self.service();
        let Credential::Token { digest, .. } = &self.0.credential else {
            // A handle of the host has no session.
            return Ok(());
        };
        let now = service.now();
        service
            .write(async |tx| {
                let session = SessionRow::filter(SessionRow::TOKEN_DIGEST.eq(digest));
                // The row of a replaced or expired session is deleted too, but that is not a
                // log-out.
                let caller = Caller::find(&mut *tx, digest, now).await;
                let ended = session.delete(&mut *tx).await?;
                match caller {
                    Ok(caller) if ended == 1 => {
                        NewAuditRow::by(&caller, Act::LoggedOut, now)
                            .write(tx)
                            .await
                    }
                    Err(error) if error.is_failure() => Err(error),
                    _ => Ok(()),
                }
            })
            .await?;
        tracing::info!(user = %self.user_id(), "logged out");
        Ok(())
    }

    /// Returns the handle for what an administrator may do.
    ///
    /// # Errors
    ///
    /// - [`Code::Forbidden`](crate::Code::Forbidden): the user is not an administrator.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session has ended.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn admin(&self) -> Result<Admin> {
        let service = self.service();
        let caller = self.caller(&service.db, service.now()).await?;
        caller.require_admin()?;
        Ok(Admin::new(self.clone()))
    }

    pub(crate) fn youku(&self) -> &Youku {
        &self.0.youku
    }

    /// The user, if the handle is still valid.
    ///
    /// # Errors
    ///
    /// `unauthenticated` and `session_replaced`.
    pub(crate) async fn caller<'c>(
        &self,
        executor: impl Executor<'c>,
        now: Timestamp,
    ) -> Result<Caller> {
        match &self.0.credential {
            Credential::Token { digest, .. } => Caller::find(executor, digest, now).await,
            Credential::Host(peer) => Caller::of_user(executor, self.0.user.key(), peer).await,
        }
    }

    pub(crate) fn service(&self) -> &Service {
        &self.0.youku.0
    }

    /// Checks inside a transaction that the session is still valid, and records its use.
    pub(crate) async fn authorize(&self, tx: &mut Transaction, now: Timestamp) -> Result<Caller> {
        let policy = &self.service().policy;
        let caller = self.caller(&mut *tx, now).await?;
        if caller.is_stale(now, policy) {
            caller.touch(tx, now, policy).await?;
        }
        Ok(caller)
    }

    /// The same for what only administrators may do.
    pub(crate) async fn authorize_admin(
        &self,
        tx: &mut Transaction,
        now: Timestamp,
    ) -> Result<Caller> {
        let caller = self.authorize(tx, now).await?;
        caller.require_admin()?;
        Ok(caller)
    }

    /// Records the end of a period that was bought, unless a later end is known.
    pub(crate) fn extend_member_until(&self, until: Timestamp) {
        let known = self.0.member_until.write();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        *known = (*known).max(Some(until));
    }
}

/// Does not show the token.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("user_id", &self.0.user)
            .field("username", &self.0.username)
            .field("role", &self.0.role)
            .finish_non_exhaustive()
    }
}
