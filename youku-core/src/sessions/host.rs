//! Handles for hosts with a log-in of their own, and for their jobs: no password is compared.

use youku_orm::{Model, New};

use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::credentials::username::skeleton::unicode_version;
use crate::records::accounts::name_skeleton::NewNameSkeletonRow;
use crate::records::accounts::user::{NewUserRow, Role, SYSTEM_KEY, UserRow, people};
use crate::service::youku::Youku;
use crate::sessions::admin::Admin;
use crate::sessions::handle::Session;

/// What the audit has as the [peer](crate::AuditEntry::peer) of acts in a session of the host.
const HOST: &str = "host";

/// The name of the system actor, and the peer of its acts.
const SYSTEM: &str = "system";

impl Youku {
    /// A handle for a user whom the host has identified, by single sign-on for example.
    ///
    /// It stores nothing, so a host may make one for each request. It has no
    /// [token](Session::token), does not end or replace other sessions, does not expire, and is not
    /// listed. It is checked for every change like any other: when the user is locked or deleted, or
    /// loses a role, it has no power. The audit names the user as the actor, and `host` as the place
    /// that they came from.
    ///
    /// # Security
    ///
    /// It checks no credentials: the host has to.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): the user does not exist, or was deleted.
    /// - [`Code::Locked`](crate::Code::Locked): an administrator has locked the user.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn session_for(&self, user: UserId) -> Result<Session> {
        let known = UserRow::filter(UserRow::U_ID.eq(user.key())).filter(people());
        let row = known.first(&self.0.db).await?;
        let row = row.ok_or_else(Error::no_such_user)?;
        if row.locked_at.is_some() {
            return Err(Error::locked_by_administrator());
        }
        Ok(Session::of_host(self.clone(), row, HOST))
    }

    /// A handle for jobs of the host, which act on behalf of no person. It may do what an
    /// administrator may do. The audit names `system` as the actor.
    ///
    /// The first call writes a row for it into the table of users, because movies and notices name
    /// who made them. It has no password, is not listed or counted as a user, and cannot be locked,
    /// demoted or deleted.
    ///
    /// # Security
    ///
    /// It checks no credentials: never expose it to clients.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable),
    /// [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, its row may exist.
    pub async fn system(&self) -> Result<Admin> {
        let service = &*self.0;
        let rows = UserRow::filter(UserRow::USERNAME_KEY.eq(SYSTEM_KEY));
        let row = match rows.clone().first(&service.db).await? {
            Some(row) => row,
            None => {
                let now = service.now();
                let make = service.write(async |tx| {
                    if let Some(row) = rows.clone().first(&mut *tx).await? {
                        return Ok(row);
                    }
                    let new = NewUserRow {
                        username: SYSTEM.to_owned(),
                        username_key: SYSTEM_KEY.to_owned(),
                        password_hash: String::new(),
                        user_type: Role::Admin,
                        member_until: None,
                        register_time: now,
                    };
                    let row = new.insert(&mut *tx).await.map_err(Error::lost_if_taken)?;
                    NewNameSkeletonRow::unnamed(row.u_id, unicode_version())
                        .insert(tx)
                        .await?;
                    Ok(row)
                });
                make.await?
            }
        };
        Ok(Admin::new(Session::of_host(self.clone(), row, SYSTEM)))
    }
}
