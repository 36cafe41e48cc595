//! What administrators do: manage users, and read the audit and the statistics.

use youku_core::Role;

use crate::client::wire::Request;
use crate::client::{Client, Result};
use crate::message::NoFields;
use crate::message::objects::{AuditLine, Invite, OpenInvite, Statistics, User};

impl Client {
    /// Every user.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or `forbidden`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn users(&mut self) -> Result<Vec<User>> {
        self.list("user_list", |after| Request::ListUsers { after })
            .await
    }

    /// Keeps a user from logging in and ends their sessions.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users); `not_found`; `forbidden` also for locking oneself.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the user may be locked.
    pub async fn lock_user(&mut self, user_id: u64) -> Result<User> {
        self.write(&Request::LockUser { user_id }).await
    }

    /// Lets a user log in again.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users); `not_found`.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the user may be unlocked.
    pub async fn unlock_user(&mut self, user_id: u64) -> Result<User> {
        self.write(&Request::UnlockUser { user_id }).await
    }

    /// Gives a user a role. If the role changes, the user's sessions end.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users); `not_found`; `forbidden` also for demoting oneself.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the role may be changed.
    pub async fn change_role(&mut self, user_id: u64, role: Role) -> Result<User> {
        let user_type = role.into();
        self.write(&Request::ChangeRole { user_id, user_type })
            .await
    }

    /// Makes a code with which one administrator can be registered.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users).
    ///
    /// # Cancel safety
    ///
    /// Not safe: the server may have made a code that the caller never sees; it expires by itself.
    pub async fn invite_admin(&mut self) -> Result<Invite> {
        self.write(&Request::InviteAdmin).await
    }

    /// Makes a code with which one user can be registered, where registration needs an invite.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users).
    ///
    /// # Cancel safety
    ///
    /// As [`invite_admin`](Self::invite_admin).
    pub async fn invite_user(&mut self) -> Result<Invite> {
        self.write(&Request::InviteUser).await
    }

    /// The invites that can still be used, newest first.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users).
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn invites(&mut self) -> Result<Vec<OpenInvite>> {
        self.list("invite_list", |after| Request::Invites { after })
            .await
    }

    /// Revokes an invite that was not used.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users); `not_found` also for an invite that was used or has expired.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the invite may be revoked.
    pub async fn revoke_invite(&mut self, invite_id: u64) -> Result<()> {
        let request = Request::RevokeInvite { invite_id };
        self.write::<NoFields>(&request).await.map(drop)
    }

    /// Counts of what the service has.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users).
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn statistics(&mut self) -> Result<Statistics> {
        self.read(&Request::Statistics).await
    }

    /// What administrators did and what concerned security, newest first.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users).
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn audit(&mut self) -> Result<Vec<AuditLine>> {
        self.list("audit_list", |after| Request::Audit { after })
            .await
    }
}
