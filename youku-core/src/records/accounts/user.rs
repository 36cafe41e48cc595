//! People who can log in.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
pub enum Role {
    /// Uploads and deletes movies and publishes notices.
    Admin,
    /// Watches.
    User,
}

/// A user.
#[derive(Debug, Clone, Model)]
#[model(table = "user")]
pub(crate) struct UserRow {
    #[model(primary_key, auto)]
    pub(crate) u_id: Id<UserRow>,
    /// As it is shown.
    #[model(length = 64)]
    pub(crate) username: String,
    /// As it is compared: folded. Folding makes a name at most three times longer.
    #[model(unique, length = 192)]
    pub(crate) username_key: String,
    /// Argon2id, as a PHC string.
    #[model(column = "password", length = 255)]
    pub(crate) password_hash: String,
    pub(crate) user_type: Role,
    /// The end of the membership, past or to come; none for who never was a member.
    pub(crate) member_until: Option<Timestamp>,
    pub(crate) register_time: Timestamp,
    /// When an administrator locked the user, who cannot log in until it is unset.
    #[model(default = None)]
    pub(crate) locked_at: Option<Timestamp>,
    /// Counted up by all that must not overlap: log-ins and changes of password, role and lock.
    /// Whoever comes second waits for the row, or on a cluster starts over.
    #[model(default = 0)]
    pub(crate) revision: u64,
}
