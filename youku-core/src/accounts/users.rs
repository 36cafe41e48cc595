//! Users as administrators see them; locking users and changing their roles.

use jiff::Timestamp;
use youku_orm::{Model, Transaction, Update};

use crate::accounts::administrators::{keep_administrator, person, takes_power_from};
use crate::accounts::invite::end_invites;
use crate::accounts::lockout::CountedName;
use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::basics::page::{Listing, Page};
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, UserRow, people};
use crate::sessions::admin::Admin;
use crate::sessions::caller::Caller;

/// A user as administrators see them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserView {
    /// The user's id, also for the [page](Page::after) that follows it.
    pub id: UserId,
    /// The name as it was registered.
    pub username: String,
    /// What the user may do.
    pub role: Role,
    /// When the user was registered.
    pub registered_at: Timestamp,
    /// The end of the membership, in the past or future; none if the user never was a member.
    pub member_until: Option<Timestamp>,
    /// When an administrator locked the user; none if the user is not locked. A temporary lock of
    /// the name after failed log-ins does not count.
    pub locked_at: Option<Timestamp>,
}

impl Admin {
    /// All users whose account was not deleted, in ascending order of ids.
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
    pub async fn users(&self, page: Page) -> Result<Listing<UserView>> {
        self.check().await?;
        let service = self.session().service();
        let one_more = service.one_more(&page);
        let query = UserRow::filter(people()).order_by(UserRow::U_ID.asc());
        let rows = page.start(query)?.limit(one_more).all(&service.db).await?;
        Ok(Listing::cut(rows, one_more, |row| row.u_id.get().into()))
    }

    /// Locks a user until an administrator [unlocks](Self::unlock_user) them: all of their sessions
    /// and unused [invites](Self::invite) end at once, and they cannot log in. A user who is already
    /// locked stays locked.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the user does not exist.
    /// - [`Code::Forbidden`]: the user is the administrator who asks. Administrators cannot lock or
    ///   demote themselves, so there is always at least one left.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the user is either locked or unchanged.
    pub async fn lock_user(&self, user: UserId) -> Result<UserView> {
        let locked = self.change_user(user, Change::Lock).await?;
        tracing::info!(admin = %self.session().user_id(), %user, "user locked");
        Ok(locked)
    }

    /// Unlocks a user whom an administrator has locked, so that they can log in again. It also ends
    /// a lock of their name after failed log-ins.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the user does not exist.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the user is either unlocked or unchanged.
    pub async fn unlock_user(&self, user: UserId) -> Result<UserView> {
        let unlocked = self.change_user(user, Change::Unlock).await?;
        tracing::info!(admin = %self.session().user_id(), %user, "user unlocked");
        Ok(unlocked)
    }

    /// Makes a user an administrator, or an administrator a user. If the role changes, all sessions
    /// and unused [invites](Self::invite) of the user end at once. A user who already has the role keeps it, and keeps their sessions.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the user does not exist.
    /// - [`Code::Forbidden`]: administrators cannot demote themselves; see
    ///   [`lock_user`](Self::lock_user).
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the role has either changed or not.
    pub async fn change_role(&self, user: UserId, role: Role) -> Result<UserView> {
        let changed = self.change_user(user, Change::Role(role)).await?;
        tracing::info!(admin = %self.session().user_id(), %user, ?role, "role changed");
        Ok(changed)
    }

    /// Fails when the session has ended or the user is no longer an administrator.
    pub(crate) async fn check(&self) -> Result<()> {
        self.session().admin().await.map(drop)
    }

    async fn change_user(&self, user: UserId, change: Change) -> Result<UserView> {
        let service = self.session().service();
        let now = service.now();
        let changed = service.write(async |tx| {
            let caller = self.session().authorize_admin(&mut *tx, now).await?;
            change.apply(user, &caller, now, tx).await
        });
        Ok(changed.await?.into())
    }
}

/// What an administrator does to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Lock,
    Unlock,
    Role(Role),
}

impl Change {
    async fn apply(
        self,
        user: UserId,
        caller: &Caller,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<UserRow> {
        let takes_power = matches!(self, Self::Lock | Self::Role(Role::User));
        if takes_power && user.key() == caller.user {
            let text = "administrators cannot lock or demote themselves; ask another one";
            return Err(Error::new(Code::Forbidden, text));
        }
        let row = if takes_power {
            takes_power_from(user, caller, &mut *tx).await?
        } else {
            keep_administrator(caller, &mut *tx).await?;
            person(user.key(), &mut *tx).await?
        };
        let freed = self == Self::Unlock && unlock_name(&row, now, &mut *tx).await?;
        let changed = self.changed(&row, now);
        let same = (changed.locked_at, changed.user_type) == (row.locked_at, row.user_type);
        if same && !freed {
            return Ok(row);
        }
        if !same && store(&row, &changed).update(&mut *tx).await? == 0 {
            return Err(Error::lost_race());
        }
        if !same {
            end_invites(row.u_id, &mut *tx).await?;
        }
        if self != Self::Unlock {
            end_sessions(&row, &mut *tx).await?;
        }
        let entry = NewAuditRow::by(caller, self.act(), now);
        entry.about_user(Some(row.u_id)).write(tx).await?;
        Ok(changed)
    }

    fn act(self) -> Act {
        match self {
            Self::Lock => Act::UserLocked,
            Self::Unlock => Act::UserUnlocked,
            Self::Role(Role::Admin) => Act::Promoted,
            Self::Role(Role::User) => Act::Demoted,
        }
    }

    fn changed(self, row: &UserRow, now: Timestamp) -> UserRow {
        let mut row = row.clone();
        match self {
            Self::Lock => row.locked_at = row.locked_at.or(Some(now)),
            Self::Unlock => row.locked_at = None,
            Self::Role(role) => row.user_type = role,
        }
        row
    }
}

/// Writes lock and role of `changed`, unless the row has changed since `row` was read.
fn store(row: &UserRow, changed: &UserRow) -> Update<UserRow> {
    UserRow::filter(UserRow::U_ID.eq(row.u_id))
        .filter(UserRow::REVISION.eq(row.revision))
        .set(UserRow::LOCKED_AT, changed.locked_at)
        .set(UserRow::USER_TYPE, changed.user_type)
        .set(UserRow::REVISION, UserRow::REVISION + 1)
}

/// Ends the locks of the user's name, and returns whether there was one.
async fn unlock_name(user: &UserRow, now: Timestamp, tx: &mut Transaction) -> Result<bool> {
    let log_in = CountedName::of(user).clear(now, &mut *tx).await?;
    let change = CountedName::of_change(user).clear(now, tx).await?;
    Ok(log_in || change)
}

/// A log-in in progress is ordered after the change of the user's row, and notices it.
async fn end_sessions(user: &UserRow, tx: &mut Transaction) -> Result<()> {
    let sessions = SessionRow::filter(SessionRow::USER_ID.eq(user.u_id));
    sessions.delete(tx).await?;
    Ok(())
}

impl From<UserRow> for UserView {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.u_id.into(),
            username: row.username,
            role: row.user_type,
            registered_at: row.register_time,
            member_until: row.member_until,
            locked_at: row.locked_at,
        }
    }
}
