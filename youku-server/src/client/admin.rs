//! What administrators do: manage users, and read the audit and the statistics.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use youku_core::Role;

use crate::client::wire::Request;
use crate::client::{Client, Result, moment, optional_moment};

/// A user as an administrator sees them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// Names the user in other calls.
    #[serde(rename = "user_id")]
    pub id: u64,
    /// As it was registered.
    pub username: String,
    /// What the user may do.
    #[serde(rename = "user_type", deserialize_with = "crate::client::wire::role")]
    pub role: Role,
    /// When they registered.
    #[serde(deserialize_with = "moment")]
    pub registered_at: Timestamp,
    /// The end of the membership, in the past or in the future; `None` if the user never had one.
    #[serde(default, deserialize_with = "optional_moment")]
    pub member_until: Option<Timestamp>,
    /// When an administrator locked the user; `None` if the user may log in.
    #[serde(default, deserialize_with = "optional_moment")]
    pub locked_at: Option<Timestamp>,
}

/// A code with which one administrator can be registered.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Invite {
    /// What [`Client::register_invited`] takes, once.
    #[serde(rename = "invite")]
    pub code: String,
    /// When it expires.
    #[serde(deserialize_with = "moment")]
    pub expires_at: Timestamp,
}

/// Leaves out the code, which is a secret.
impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// An entry of the audit: one act.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AuditLine {
    /// Which one, such as `user_locked`.
    pub act: String,
    /// When.
    #[serde(deserialize_with = "moment")]
    pub time: Timestamp,
    /// Who did it; `None` for acts from the server's own console.
    pub actor_name: Option<String>,
    /// The address that the actor had logged in from.
    pub peer: String,
    /// The user it was done to.
    pub user_name: Option<String>,
    /// The movie it was done to.
    pub movie_id: Option<u64>,
    /// The notice that was published.
    pub notice_id: Option<u64>,
}

/// Counts of what the service has, all taken at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Statistics {
    /// Registered users.
    pub users: u64,
    /// Users who are administrators.
    pub admins: u64,
    /// Users who are members now.
    pub members: u64,
    /// Users whom an administrator locked.
    pub locked_users: u64,
    /// Sessions that are valid.
    pub sessions: u64,
    /// Movies on the list.
    pub movies: u64,
    /// Their bytes.
    pub movie_bytes: u64,
    /// Deleted movies that can be restored.
    pub deleted_movies: u64,
    /// Their bytes.
    pub deleted_bytes: u64,
    /// Uploads under way.
    pub uploads: u64,
    /// Downloads that ever began.
    pub downloads: u64,
    /// Movies that were ever paid for.
    pub purchases: u64,
    /// What was paid for them, in fen.
    pub purchase_fen: u64,
    /// Periods of membership that were ever bought.
    pub memberships: u64,
    /// What was paid for them, in fen.
    pub membership_fen: u64,
}

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
