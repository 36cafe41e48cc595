//! Locking a name for a while after too many failed log-ins.
//!
//! Failures are counted by name, whether or not a user of that name exists, so a lock does not
//! reveal who is registered. The count is in the database: it holds for all nodes and survives
//! restarts.
//!
//! An attempt is counted, and a correct password accepted, in the transaction that ends the
//! attempt, after the password was compared. So, however many attempts run at the same time, no
//! more of them than the limit learn whether their password was correct. Once the name is locked,
//! all other attempts, even those with the correct password, get only the error that it is locked.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use youku_orm::{Executor, Model, Narrowed, New, Query, Transaction};

use crate::basics::error::{Error, Result};
use crate::credentials::username::TypedName;
use crate::host::clock::{after, between};
use crate::host::policy::Policy;
use crate::records::accounts::login_failure::{LoginFailureRow, NewLoginFailureRow};
use crate::records::accounts::user::UserRow;
use crate::service::shared::Service;

/// A name as failures are counted for it.
#[derive(Debug, Clone)]
pub(crate) struct CountedName(String);

impl CountedName {
    /// A name that no user has.
    pub(crate) fn new(name: &TypedName) -> Self {
        Self::from_key(&name.key)
    }

    /// Wrong old passwords of a user who has an open session. They are counted apart from log-ins, so
    /// that a stranger who keeps the name locked does not keep its owner from changing the password.
    /// No name contains this control character.
    pub(crate) fn of_change(user: &UserRow) -> Self {
        Self::from_key(&format!("\0{}", user.u_id))
    }

    pub(crate) fn of(user: &UserRow) -> Self {
        Self::from_key(&user.username_key)
    }

    fn from_key(key: &str) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(key.as_bytes())))
    }

    /// Fails while the name is locked. A lock that lasts longer than the policy allows was made by a
    /// clock that was ahead, and lasts as long as the policy says from now on.
    ///
    /// # Errors
    ///
    /// `locked`, with the time that is left.
    pub(crate) async fn require_unlocked(&self, service: &Service) -> Result<()> {
        let now = service.now();
        let most = after(now, service.policy.login_lockout);
        let Some(mut row) = self.find(&service.db).await? else {
            return Ok(());
        };
        if row.locked_until > Some(most) {
            let later = self.rows().filter(LoginFailureRow::LOCKED_UNTIL.gt(most));
            let limit = async |tx: &mut Transaction| {
                let limited = later
                    .clone()
                    .set(LoginFailureRow::LOCKED_UNTIL, most)
                    .set(LoginFailureRow::COUNTS_UNTIL, most);
                Ok(limited.update(tx).await?)
            };
            service.write(limit).await?;
            row.locked_until = Some(most);
        }
        row.require_unlocked(now)
    }

    /// Counts one more failure, and returns whether this failure locked the name.
    ///
    /// # Errors
    ///
    /// `locked` if another attempt has locked the name by now.
    pub(crate) async fn count(
        &self,
        now: Timestamp,
        policy: &Policy,
        tx: &mut Transaction,
    ) -> Result<bool> {
        // This update comes first, so that concurrent attempts wait for the row instead of starting
        // over.
        let counted = self
            .rows()
            .filter(LoginFailureRow::COUNTS_UNTIL.gt(now))
            .filter(LoginFailureRow::LOCKED_UNTIL.is_null())
            .set(LoginFailureRow::FAILURES, LoginFailureRow::FAILURES + 1)
            .update(&mut *tx)
            .await?;
        let found = self.find(&mut *tx).await?;
        let failures = match &found {
            Some(row) if counted == 1 => row.failures,
            _ => self.begin(found, now, policy, &mut *tx).await?,
        };
        if failures < policy.login_attempts {
            return Ok(false);
        }
        let until = after(now, policy.login_lockout);
        self.rows()
            .set(LoginFailureRow::LOCKED_UNTIL, until)
            .set(LoginFailureRow::COUNTS_UNTIL, until)
            .update(tx)
            .await?;
        Ok(true)
    }

    /// Forgets all failures, because the attempt had the correct password.
    ///
    /// # Errors
    ///
    /// `locked` if another attempt has locked the name by now.
    pub(crate) async fn forget(&self, now: Timestamp, tx: &mut Transaction) -> Result<()> {
        let Some(row) = self.find(&mut *tx).await? else {
            return Ok(());
        };
        row.require_unlocked(now)?;
        let unlocked = LoginFailureRow::LOCKED_UNTIL.is_null();
        let unlocked = unlocked.or(LoginFailureRow::LOCKED_UNTIL.le(now));
        match self.rows().filter(unlocked).delete(tx).await? {
            0 => Err(Error::lost_race()),
            _ => Ok(()),
        }
    }

    /// Forgets all failures and removes the lock of the name. Returns whether the name was locked.
    pub(crate) async fn clear(&self, now: Timestamp, tx: &mut Transaction) -> Result<bool> {
        let locked = self.rows().filter(LoginFailureRow::LOCKED_UNTIL.gt(now));
        let was_locked = locked.delete(&mut *tx).await? > 0;
        self.rows().delete(tx).await?;
        Ok(was_locked)
    }

    /// Starts the count at one: in a new row, or in `found`, whose count has expired.
    async fn begin(
        &self,
        found: Option<LoginFailureRow>,
        now: Timestamp,
        policy: &Policy,
        tx: &mut Transaction,
    ) -> Result<u32> {
        let counts_until = after(now, policy.login_window);
        if let Some(row) = found {
            row.require_unlocked(now)?;
            let over = LoginFailureRow::COUNTS_UNTIL.le(now);
            let begun = self.rows().filter(over).set(LoginFailureRow::FAILURES, 1);
            let begun = begun
                .set(LoginFailureRow::LOCKED_UNTIL, None)
                .set(LoginFailureRow::COUNTS_UNTIL, counts_until);
            return match begun.update(tx).await? {
                0 => Err(Error::lost_race()),
                _ => Ok(1),
            };
        }
        let new = NewLoginFailureRow {
            name_digest: self.0.clone(),
            failures: 1,
            locked_until: None,
            counts_until,
        };
        new.insert(tx).await.map_err(Error::lost_if_taken)?;
        Ok(1)
    }

    async fn find<'c>(&self, executor: impl Executor<'c>) -> Result<Option<LoginFailureRow>> {
        Ok(self.rows().first(executor).await?)
    }

    /// The one row of the name, if it has any.
    fn rows(&self) -> Query<LoginFailureRow, Narrowed> {
        LoginFailureRow::filter(LoginFailureRow::NAME_DIGEST.eq(&self.0))
    }
}

impl LoginFailureRow {
    fn require_unlocked(&self, now: Timestamp) -> Result<()> {
        match self.locked_until {
            Some(until) if until > now => Err(Error::locked_for(between(now, until))),
            _ => Ok(()),
        }
    }
}
