//! Changing your own password.

use std::fmt;

use jiff::Timestamp;
use youku_orm::{Model, Transaction};

use crate::accounts::invite::end_invites;
use crate::accounts::lockout::CountedName;
use crate::basics::error::{Error, Result};
use crate::basics::rule::Rule;
use crate::credentials::hasher::{Stored, Verdict};
use crate::credentials::password::Password;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::UserRow;
use crate::sessions::handle::Session;

/// How often a change starts over because the user changed under it.
const TRIES: usize = 3;

/// A user's old password, and the new one. `Debug` shows neither.
#[derive(Clone)]
pub struct PasswordChange {
    /// The current password.
    pub old: String,
    /// The new password: 8 to 256 characters by default, of any kind, but not blank, and not one of
    /// the most common passwords or the MD5 of one.
    pub new: String,
}

impl fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordChange").finish_non_exhaustive()
    }
}

impl Session {
    /// Changes the user's password. All other sessions of the user end, and all of their unused
    /// invites: who knew the old password may have made them. This session stays valid.
    ///
    /// Wrong old passwords are counted like failed [log-ins](crate::Youku::login), so a person who
    /// finds an open session cannot guess the password without limit either. They are counted apart:
    /// the owner can change the password while failed log-ins have locked the name.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `old_password` is wrong, or the
    ///   field `password`, which is the new one, breaks a rule.
    /// - [`Code::Locked`](crate::Code::Locked): there were too many wrong ones;
    ///   [`Error::retry_after`] says for how long.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session has ended.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the password is changed and the other sessions have ended, or
    /// neither.
    pub async fn change_password(&self, change: PasswordChange) -> Result<()> {
        let service = self.service();
        let new = Password::parse(change.new, &service.policy)?;
        let old = Password::attempt(change.old, &service.policy);
        let old = old.map_err(|_| Self::wrong_password("old_password"))?;
        for _ in 0..TRIES {
            if self.try_change(&old, &new).await? {
                tracing::info!(user = %self.user_id(), "password changed");
                return Ok(());
            }
        }
        Err(Error::lost_race())
    }

    /// False when the user changed between the comparison of the password and its change.
    async fn try_change(&self, old: &Password, new: &Password) -> Result<bool> {
        let service = self.service();
        let user = self.require_password(old, "old_password").await?;
        let hash = service
            .hasher
            .hash(new.clone(), &*service.randomness)
            .await?;
        let now = service.now();
        service
            .write(async |tx| self.store_password(&user, &hash, now, tx).await)
            .await
    }

    /// Returns the user, if `password` is theirs. Wrong ones are counted.
    ///
    /// # Errors
    ///
    /// `bad_request` on `field`; `locked` after too many wrong ones.
    pub(crate) async fn require_password(
        &self,
        password: &Password,
        field: &'static str,
    ) -> Result<UserRow> {
        let service = self.service();
        let user = self.user().await?;
        let counted = CountedName::of_change(&user);
        counted.require_unlocked(service).await?;
        if user.password_hash.is_empty() {
            // The system actor has none.
            return Err(Self::wrong_password(field));
        }
        let stored = Stored::Hash(user.password_hash.clone());
        if service.hasher.verify(password.clone(), stored).await? == Verdict::Wrong {
            self.count_failure(&counted).await?;
            return Err(Self::wrong_password(field));
        }
        Ok(user)
    }

    async fn count_failure(&self, name: &CountedName) -> Result<()> {
        let service = self.service();
        let now = service.now();
        let count = service.write(async |tx| {
            let caller = self.authorize(&mut *tx, now).await?;
            if name.count(now, &service.policy, &mut *tx).await? {
                let locked = NewAuditRow::by(&caller, Act::NameLocked, now);
                locked.about_user(Some(caller.user)).write(tx).await?;
            }
            Ok(())
        });
        count.await
    }

    /// The user's row, if the session is still valid.
    async fn user(&self) -> Result<UserRow> {
        let service = self.service();
        let caller = self.caller(&service.db, service.now()).await?;
        let user = UserRow::find(&service.db, caller.user).await?;
        user.ok_or_else(Error::unauthenticated)
    }

    async fn store_password(
        &self,
        user: &UserRow,
        hash: &str,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<bool> {
        let caller = self.authorize(&mut *tx, now).await?;
        CountedName::of_change(user).forget(now, &mut *tx).await?;
        let unchanged = UserRow::filter(UserRow::U_ID.eq(user.u_id))
            .filter(UserRow::PASSWORD_HASH.eq(&user.password_hash));
        let stored = unchanged
            .set(UserRow::PASSWORD_HASH, hash)
            .set(UserRow::REVISION, UserRow::REVISION + 1);
        if stored.update(&mut *tx).await? == 0 {
            return Ok(false);
        }
        let mut others = SessionRow::filter(SessionRow::USER_ID.eq(user.u_id));
        if let Some(session) = caller.session {
            others = others.filter(SessionRow::S_ID.ne(session));
        }
        others.delete(&mut *tx).await?;
        end_invites(user.u_id, &mut *tx).await?;
        let changed = NewAuditRow::by(&caller, Act::PasswordChanged, now);
        changed.write(tx).await?;
        Ok(true)
    }

    /// The refusal of a wrong password of the user.
    pub(crate) fn wrong_password(field: &'static str) -> Error {
        Error::broken(field, Rule::CurrentPassword)
    }
}
