//! What administrators see: users, invites, the audit and the statistics.

use std::fmt;

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::second;
use serde::{Deserialize, Serialize};
use youku_core::Role;

use crate::message::objects::format::role;

/// A user as an administrator sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// Names the user in other calls.
    #[serde(rename = "user_id")]
    pub id: u64,
    /// As it was registered.
    pub username: String,
    /// What the user may do.
    #[serde(rename = "user_type", with = "role")]
    pub role: Role,
    /// When they registered.
    #[serde(with = "second::required")]
    pub registered_at: Timestamp,
    /// The end of the membership, in the past or in the future; `None` if the user never had one.
    #[serde(default, with = "second::optional")]
    pub member_until: Option<Timestamp>,
    /// When an administrator locked the user; `None` if the user may log in.
    #[serde(default, with = "second::optional")]
    pub locked_at: Option<Timestamp>,
}

/// A code with which one person can register.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Invite {
    /// What [`Client::register_invited`](crate::Client::register_invited) takes, once.
    #[serde(rename = "invite")]
    pub code: String,
    /// Names the invite in other calls; 0 from a server that does not say.
    #[serde(rename = "invite_id", default)]
    pub id: u64,
    /// When it expires.
    #[serde(with = "second::required")]
    pub expires_at: Timestamp,
}

/// Leaves out the code, which is a secret.
impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite")
            .field("id", &self.id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// An invite that can still be used, without its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenInvite {
    /// Names the invite in other calls.
    #[serde(rename = "invite_id")]
    pub id: u64,
    /// What the invited person becomes.
    #[serde(rename = "user_type", with = "role")]
    pub role: Role,
    /// The id of the administrator who created it.
    pub inviter_id: u64,
    /// The name of that administrator.
    pub inviter_name: String,
    /// When it was created.
    #[serde(with = "second::required")]
    pub created_at: Timestamp,
    /// When it expires.
    #[serde(with = "second::required")]
    pub expires_at: Timestamp,
}

/// An entry of the audit: one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditLine {
    /// Which act, such as `user_locked`.
    pub act: String,
    /// When it was done.
    #[serde(with = "second::required")]
    pub time: Timestamp,
    /// The id of the user who did it; `None` for acts from the server's own console.
    pub actor_id: Option<u64>,
    /// The name of the user who did it.
    pub actor_name: Option<String>,
    /// The address that the actor had logged in from.
    pub peer: String,
    /// The id of the user it was done to.
    pub user_id: Option<u64>,
    /// The name of the user it was done to.
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
    /// Movies that are hidden because their bytes are missing.
    #[serde(default)]
    pub hidden_movies: u64,
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
