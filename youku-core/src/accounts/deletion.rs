//! Deleting an account: the person goes, what others depend on stays.

use jiff::Timestamp;
use youku_orm::{Model, Transaction};

use crate::accounts::administrators::{require_another_administrator, takes_power_from};
use crate::accounts::invite::end_invites;
use crate::accounts::lockout::CountedName;
use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::credentials::password::Password;
use crate::host::policy::Policy;
use crate::records::NameSkeletonRow;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, UserRow};
use crate::records::movies::download_record::DownloadRecordRow;
use crate::records::movies::download_wait::DownloadWaitRow;
use crate::records::movies::upload::UploadRow;
use crate::sessions::admin::Admin;
use crate::sessions::handle::Session;

/// How often a deletion starts over because the user changed under it.
const TRIES: usize = 3;

impl Session {
    /// Deletes the user's own account, for good. The name, the password, sessions, unused invites,
    /// the history, waits and unfinished uploads go. Payments, purchases, memberships, movies,
    /// notices and the audit stay, without the name. The name stays reserved if
    /// [`Policy::reserve_deleted_names`] says so.
    ///
    /// Wrong passwords are counted like those of a [change](Self::change_password).
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`]: the field `password` is wrong.
    /// - [`Code::Forbidden`]: the user is the last administrator.
    /// - [`Code::Locked`]: there were too many wrong passwords; [`Error::retry_after`] says for how
    ///   long.
    /// - [`Code::Unauthenticated`] and [`Code::SessionReplaced`]: the session has ended.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the account is either deleted or unchanged.
    pub async fn delete_account(&self, password: String) -> Result<()> {
        let service = self.service();
        let password = Password::attempt(password, &service.policy)
            .map_err(|_| Session::wrong_password("password"))?;
        for _ in 0..TRIES {
            let user = self.require_password(&password, "password").await?;
            let now = service.now();
            let deleted = service.write(async |tx| {
                let caller = self.authorize(&mut *tx, now).await?;
                if user.user_type == Role::Admin {
                    require_another_administrator(user.u_id, &mut *tx).await?;
                }
                let deleted = anonymise(&user, &service.policy, now, &mut *tx).await?;
                if deleted {
                    let entry = NewAuditRow::by(&caller, Act::AccountDeleted, now);
                    entry.write(tx).await?;
                }
                Ok(deleted)
            });
            if deleted.await? {
                tracing::info!(user = %self.user_id(), "account deleted");
                return Ok(());
            }
        }
        Err(Error::lost_race())
    }
}

impl Admin {
    /// Deletes the account of a user, for good; see [`Session::delete_account`].
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the user does not exist, or was deleted.
    /// - [`Code::Forbidden`]: the user is the administrator who asks, who can
    ///   [delete their own account](Session::delete_account), or the last administrator.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the account is either deleted or unchanged.
    pub async fn delete_user(&self, user: UserId) -> Result<()> {
        let service = self.session().service();
        let now = service.now();
        let delete = service.write(async |tx| {
            let caller = self.session().authorize_admin(&mut *tx, now).await?;
            if user.key() == caller.user {
                let text = "administrators delete their own account with their password";
                return Err(Error::new(Code::Forbidden, text));
            }
            let row = takes_power_from(user, &caller, &mut *tx).await?;
            if !anonymise(&row, &service.policy, now, &mut *tx).await? {
                return Err(Error::lost_race());
            }
            let entry = NewAuditRow::by(&caller, Act::UserDeleted, now);
            entry.about_user(Some(row.u_id)).write(tx).await
        });
        delete.await?;
        tracing::info!(admin = %self.session().user_id(), %user, "user deleted");
        Ok(())
    }
}

/// Removes the person from the row, and what belongs to them alone. False when the user has changed
/// since `user` was read.
async fn anonymise(
    user: &UserRow,
    policy: &Policy,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<bool> {
    let id = user.u_id;
    let unchanged = UserRow::filter(UserRow::U_ID.eq(id))
        .filter(UserRow::REVISION.eq(user.revision))
        .filter(UserRow::PASSWORD_HASH.eq(&user.password_hash));
    let anonymous = unchanged
        .set(UserRow::USERNAME, "")
        // No name begins with a space.
        .set(UserRow::USERNAME_KEY, format!(" {id}"))
        .set(UserRow::PASSWORD_HASH, "")
        .set(UserRow::USER_TYPE, Role::User)
        .set(UserRow::MEMBER_UNTIL, None)
        .set(UserRow::LOCKED_AT, None)
        .set(UserRow::DELETED_AT, now)
        .set(UserRow::REVISION, UserRow::REVISION + 1);
    if anonymous.update(&mut *tx).await? == 0 {
        return Ok(false);
    }
    if !policy.reserve_deleted_names {
        let looks = NameSkeletonRow::filter(NameSkeletonRow::USER_ID.eq(id));
        let forgotten = looks
            .set(NameSkeletonRow::SKELETON, "")
            .set(NameSkeletonRow::ONLY_ONE, None);
        forgotten.update(&mut *tx).await?;
    }
    CountedName::of(user).clear(now, &mut *tx).await?;
    CountedName::of_change(user).clear(now, &mut *tx).await?;
    end_invites(id, &mut *tx).await?;
    let sessions = SessionRow::filter(SessionRow::USER_ID.eq(id));
    sessions.delete(&mut *tx).await?;
    let waits = DownloadWaitRow::filter(DownloadWaitRow::USER_ID.eq(id));
    waits.delete(&mut *tx).await?;
    let history = DownloadRecordRow::filter(DownloadRecordRow::USER_ID.eq(id));
    history.delete(&mut *tx).await?;
    // The next sweep ends them and removes their bytes.
    let uploads = UploadRow::filter(UploadRow::USER_ID.eq(id));
    uploads.set(UploadRow::EXPIRES_AT, now).update(tx).await?;
    Ok(true)
}
