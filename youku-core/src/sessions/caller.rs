//! Who is asking: the one module that decides whether a session is valid.

use jiff::Timestamp;
use youku_orm::{Executor, Id, Model, Projection, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::host::clock::{after, before};
use crate::host::policy::Policy;
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, UserRow};

/// The user of a valid session, as the database has it now.
#[derive(Debug, Clone, Projection)]
#[model(from = (SessionRow, UserRow))]
pub(crate) struct Caller {
    #[model(select = SessionRow::S_ID)]
    pub(crate) session: Id<SessionRow>,
    #[model(select = UserRow::U_ID)]
    pub(crate) user: Id<UserRow>,
    #[model(select = UserRow::USERNAME)]
    pub(crate) username: String,
    #[model(select = UserRow::USER_TYPE)]
    pub(crate) role: Role,
    #[model(select = UserRow::MEMBER_UNTIL)]
    pub(crate) member_until: Option<Timestamp>,
    /// Where the session was opened from.
    pub(crate) peer: String,
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
    pub(crate) async fn find(
        executor: impl Executor,
        token_digest: &str,
        now: Timestamp,
    ) -> Result<Self> {
        // One statement for session and user, because it runs for every request.
        let caller = SessionRow::filter(SessionRow::TOKEN_DIGEST.eq(token_digest))
            .join(SessionRow::USER_ID.on(UserRow::U_ID))
            .filter(UserRow::LOCKED_AT.is_null())
            .select_as::<Self>()
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
        Ok(caller)
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
        let fresh = after(now, policy.session_idle).min(self.expires_at);
        SessionRow::filter(SessionRow::S_ID.eq(self.session))
            .filter(SessionRow::IDLE_UNTIL.lt(fresh))
            .set(SessionRow::IDLE_UNTIL, fresh)
            .update(tx)
            .await?;
        Ok(())
    }

    /// Whether a use at `now` is worth a write.
    pub(crate) fn is_stale(&self, now: Timestamp, policy: &Policy) -> bool {
        let grain = (policy.session_idle / 10).min(MAX_GRAIN);
        let fresh = after(now, policy.session_idle).min(self.expires_at);
        self.idle_until < before(fresh, grain)
    }
}

/// See [`Policy::session_idle`].
const MAX_GRAIN: std::time::Duration = std::time::Duration::from_secs(60);

/// Whether a membership that ends at `until` is valid at `now`.
pub(crate) fn is_member(until: Option<Timestamp>, now: Timestamp) -> bool {
    until.is_some_and(|until| until > now)
}
