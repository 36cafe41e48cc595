//! Who is asking: the one module that decides whether a session is valid.

use jiff::Timestamp;
use youku_orm::{Executor, Id, Model, Projection, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::host::clock::{after, before};
use crate::host::policy::Policy;
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, SYSTEM_KEY, UserRow};

/// A user who may act now, as the database has them.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The session; none for a handle of the host.
    pub(crate) session: Option<Id<SessionRow>>,
    pub(crate) user: Id<UserRow>,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) member_until: Option<Timestamp>,
    /// Where the session was opened from.
    pub(crate) peer: String,
    /// Whether it is the system actor, and no person.
    pub(crate) is_system: bool,
    lifetime: Option<Lifetime>,
}

/// How long a session lives.
#[derive(Debug, Clone, Copy)]
struct Lifetime {
    idle_until: Timestamp,
    expires_at: Timestamp,
}

/// A session and its user.
#[derive(Projection)]
#[model(from = (SessionRow, UserRow))]
struct SessionColumns {
    s_id: Id<SessionRow>,
    #[model(select = UserRow::U_ID)]
    user: Id<UserRow>,
    #[model(select = UserRow::USERNAME)]
    username: String,
    #[model(select = UserRow::USER_TYPE)]
    role: Role,
    #[model(select = UserRow::MEMBER_UNTIL)]
    member_until: Option<Timestamp>,
    peer: String,
    replaced_at: Option<Timestamp>,
    idle_until: Timestamp,
    expires_at: Timestamp,
}

impl Caller {
    /// Finds the user of the session whose token has this digest.
    ///
    /// # Errors
    ///
    /// `unauthenticated` when no session has the token or the session has expired,
    /// `session_replaced` when a newer log-in replaced the session.
    pub(crate) async fn find<'c>(
        executor: impl Executor<'c>,
        token_digest: &str,
        now: Timestamp,
    ) -> Result<Self> {
        // One statement for session and user, because it runs for every request.
        let caller = SessionRow::filter(SessionRow::TOKEN_DIGEST.eq(token_digest))
            .join(SessionRow::USER_ID.on(UserRow::U_ID))
            .filter(UserRow::LOCKED_AT.is_null())
            .select_as::<SessionColumns>()
            .first(executor)
            .await?
            .filter(|caller| caller.expires_at > now)
            .ok_or_else(Error::unauthenticated)?;
        if caller.replaced_at.is_some() {
            let text = "the same user has logged in elsewhere; log in again";
            return Err(Error::new(Code::SessionReplaced, text));
        }
        if caller.idle_until <= now {
            return Err(Error::unauthenticated());
        }
        Ok(caller.into())
    }

    /// The user of a handle of the host, who acts from `peer`.
    ///
    /// # Errors
    ///
    /// `unauthenticated` when the user is locked or deleted.
    pub(crate) async fn of_user<'c>(
        executor: impl Executor<'c>,
        user: Id<UserRow>,
        peer: &str,
    ) -> Result<Self> {
        let user = UserRow::filter(UserRow::U_ID.eq(user))
            .filter(UserRow::LOCKED_AT.is_null())
            .filter(UserRow::DELETED_AT.is_null());
        let row = user.first(executor).await?;
        let row = row.ok_or_else(Error::unauthenticated)?;
        Ok(Self {
            session: None,
            user: row.u_id,
            username: row.username,
            role: row.user_type,
            member_until: row.member_until,
            peer: peer.to_owned(),
            is_system: row.username_key == SYSTEM_KEY,
            lifetime: None,
        })
    }

    /// Fails unless the user is an administrator.
    ///
    /// # Errors
    ///
    /// `forbidden`.
    pub(crate) fn require_admin(&self) -> Result<()> {
        match self.role {
            Role::Admin => Ok(()),
            Role::User => Err(Error::new(
                Code::Forbidden,
                "only administrators may do this",
            )),
        }
    }

    /// Whether the user is a member at `now`.
    pub(crate) fn is_vip(&self, now: Timestamp) -> bool {
        is_member(self.member_until, now)
    }

    /// Records that the session is in use, unless that was recorded a moment ago.
    pub(crate) async fn touch(
        &self,
        tx: &mut Transaction,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<()> {
        let (Some(session), Some(lifetime)) = (self.session, self.lifetime) else {
            return Ok(());
        };
        let fresh = lifetime.fresh(now, policy);
        SessionRow::filter(SessionRow::S_ID.eq(session))
            .filter(SessionRow::IDLE_UNTIL.lt(fresh))
            .set(SessionRow::IDLE_UNTIL, fresh)
            .update(tx)
            .await?;
        Ok(())
    }

    /// Whether a use at `now` is worth a write.
    pub(crate) fn is_stale(&self, now: Timestamp, policy: &Policy) -> bool {
        let grain = (policy.session_idle / 10).min(MAX_GRAIN);
        self.lifetime.is_some_and(|lifetime| {
            lifetime.idle_until < before(lifetime.fresh(now, policy), grain)
        })
    }
}

impl Lifetime {
    /// When a session that is used at `now` expires unless it is used again.
    fn fresh(&self, now: Timestamp, policy: &Policy) -> Timestamp {
        after(now, policy.session_idle).min(self.expires_at)
    }
}

impl From<SessionColumns> for Caller {
    fn from(row: SessionColumns) -> Self {
        Self {
            session: Some(row.s_id),
            user: row.user,
            username: row.username,
            role: row.role,
            member_until: row.member_until,
            peer: row.peer,
            is_system: false,
            lifetime: Some(Lifetime {
                idle_until: row.idle_until,
                expires_at: row.expires_at,
            }),
        }
    }
}

/// See [`Policy::session_idle`].
const MAX_GRAIN: std::time::Duration = std::time::Duration::from_secs(60);

/// Whether a membership that ends at `until` is valid at `now`.
pub(crate) fn is_member(until: Option<Timestamp>, now: Timestamp) -> bool {
    until.is_some_and(|until| until > now)
}
