//! Who is asking: the one place that decides whether a session is valid.

use jiff::Timestamp;
use youku_orm::{Executor, Id, Model, Transaction, sql};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::host::clock::{after, before};
use crate::host::policy::Policy;
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, UserRow};

/// The user of a valid session, as the database has it now.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) session: Id<SessionRow>,
    pub(crate) user: Id<UserRow>,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) member_until: Option<Timestamp>,
    /// Where the session was opened from.
    pub(crate) peer: String,
    idle_until: Timestamp,
    expires_at: Timestamp,
}

/// One statement for session and user, because it runs for every request.
const FIND: &str = "SELECT `s`.`s_id`, `s`.`replaced_at`, `s`.`idle_until`, `s`.`expires_at`, `s`.`peer`, \
     `u`.`u_id`, `u`.`username`, `u`.`user_type`, `u`.`member_until` \
     FROM `session` AS `s` JOIN `user` AS `u` ON `u`.`u_id` = `s`.`user_id` \
     WHERE `s`.`token_digest` = ? AND `u`.`locked_at` IS NULL";

type Found = (
    Id<SessionRow>,
    Option<Timestamp>,
    Timestamp,
    Timestamp,
    String,
    Id<UserRow>,
    String,
    Role,
    Option<Timestamp>,
);

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
        let found: Option<Found> = sql(FIND).bind(token_digest).first(executor).await?;
        let found = found.ok_or_else(Error::unauthenticated)?;
        let (session, replaced_at, idle_until, expires_at, peer, ..) = found;
        let (.., user, username, role, member_until) = found;
        if expires_at <= now {
            return Err(Error::unauthenticated());
        }
        if replaced_at.is_some() {
            let text = "the same user has logged in elsewhere; log in again";
            return Err(Error::new(Code::SessionReplaced, text));
        }
        if idle_until <= now {
            return Err(Error::unauthenticated());
        }
        Ok(Self {
            session,
            user,
            username,
            role,
            member_until,
            peer,
            idle_until,
            expires_at,
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
