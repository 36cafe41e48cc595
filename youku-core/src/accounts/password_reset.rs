//! Setting a new password for a user who has forgotten theirs.

use youku_orm::Model;

use crate::accounts::invite::end_invites;
use crate::accounts::lockout::CountedName;
use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::credentials::password::Password;
use crate::credentials::username::TypedName;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::UserRow;
use crate::service::youku::Youku;

impl Youku {
    /// Sets a new password for a user. It is meant for the operator of the service: the way back
    /// for users who have forgotten their password, and for the last administrator. All sessions of
    /// the user and all of their unused invites end. A lock of their name after failed log-ins ends too;
    /// a lock by an administrator stays. The audit has an entry for it, without an actor.
    ///
    /// # Security
    ///
    /// It checks no credentials: never expose it to clients.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the password breaks a rule; the field is
    ///   `password`.
    /// - [`Code::NotFound`](crate::Code::NotFound): no user has that name.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, either all of it is done or nothing.
    pub async fn reset_password(&self, username: &str, password: String) -> Result<UserId> {
        let service = &*self.0;
        let password = Password::parse(password, &service.policy)?;
        let name = TypedName::parse(username);
        let named = self.user_named(name.as_ref()).await?;
        let named = named.ok_or_else(Error::no_such_user)?.u_id;
        let hash = service.hasher.hash(password, &*service.randomness).await?;
        let now = service.now();
        let user = service
            .write(async |tx| {
                // The user may have been deleted while the password was hashed.
                let named =
                    UserRow::filter(UserRow::U_ID.eq(named)).filter(UserRow::DELETED_AT.is_null());
                let user = named.first(&mut *tx).await?;
                let user = user.ok_or_else(Error::no_such_user)?;
                UserRow::filter(UserRow::U_ID.eq(user.u_id))
                    .set(UserRow::PASSWORD_HASH, hash.as_str())
                    .set(UserRow::REVISION, UserRow::REVISION + 1)
                    .update(&mut *tx)
                    .await?;
                CountedName::of(&user).clear(now, &mut *tx).await?;
                CountedName::of_change(&user).clear(now, &mut *tx).await?;
                let sessions = SessionRow::filter(SessionRow::USER_ID.eq(user.u_id));
                sessions.delete(&mut *tx).await?;
                end_invites(user.u_id, &mut *tx).await?;
                let reset = NewAuditRow::new(Act::PasswordReset, None, "", now);
                reset.about_user(Some(user.u_id)).write(tx).await?;
                Ok(user.u_id)
            })
            .await?;
        tracing::info!(%user, "password reset");
        Ok(user.into())
    }
}
