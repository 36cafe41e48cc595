//! People who can log in.

use youku_orm::{ColumnEnum, Filter, Id, Model, Timestamp};

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
    /// The name as it is shown.
    #[model(length = 64)]
    pub(crate) username: String,
    /// The name as it is compared: folded. Folding makes a name at most three times longer.
    #[model(unique, length = 192)]
    pub(crate) username_key: String,
    /// Argon2id, as a PHC string.
    #[model(column = "password", length = 255)]
    pub(crate) password_hash: String,
    pub(crate) user_type: Role,
    /// The end of the membership, in the past or future; none if the user never was a member.
    pub(crate) member_until: Option<Timestamp>,
    pub(crate) register_time: Timestamp,
    /// When an administrator locked the user. While it is set, the user cannot log in.
    #[model(default = None)]
    pub(crate) locked_at: Option<Timestamp>,
    /// Incremented by every operation that must not overlap with another: log-ins and changes of
    /// password, role and lock. The transaction that comes second waits for the row, or starts over
    /// on a cluster.
    #[model(default = 0)]
    pub(crate) revision: u64,
    /// When the account was deleted. The row stays, without a name, for what refers to it.
    #[model(default = None)]
    pub(crate) deleted_at: Option<Timestamp>,
}

/// The key of the row of the system actor. No name begins with a space, so no person has it.
pub(crate) const SYSTEM_KEY: &str = " system";

/// The rows of people whose account was not deleted.
pub(crate) fn people() -> Filter<UserRow> {
    let is_person = UserRow::USERNAME_KEY.ne(SYSTEM_KEY);
    is_person.and(UserRow::DELETED_AT.is_null())
}
