//! Invitations to register.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::{Role, UserRow};

/// An invitation that one person can use once.
#[derive(Debug, Clone, Model)]
#[model(table = "invite")]
pub(crate) struct InviteRow {
    #[model(primary_key, auto)]
    pub(crate) i_id: Id<InviteRow>,
    /// SHA-256 of the code, in hexadecimal.
    #[model(unique, length = 64)]
    pub(crate) code_digest: String,
    /// The administrator who created it.
    pub(crate) user_id: Id<UserRow>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// When it was used; after that it cannot be used again.
    pub(crate) used_at: Option<Timestamp>,
    /// What the invited person becomes. Older programs created invites for administrators only.
    #[model(default = Role::Admin)]
    pub(crate) user_type: Role,
}
