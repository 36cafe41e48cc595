//! What the names of users look like.

use youku_orm::{Id, Model};

use crate::records::accounts::user::UserRow;

/// What the name of one user looks like. Each user has one row.
#[derive(Debug, Clone, Model)]
#[model(table = "name_skeleton")]
pub(crate) struct NameSkeletonRow {
    #[model(primary_key, auto)]
    pub(crate) ns_id: Id<NameSkeletonRow>,
    #[model(unique)]
    pub(crate) user_id: Id<UserRow>,
    /// SHA-256 of the skeleton of the name, in hexadecimal.
    #[model(index, length = 64)]
    pub(crate) skeleton: String,
    /// The skeleton again, for the one user whose name may look like this. Of users who registered
    /// before names were compared by their looks, the first has it.
    #[model(unique, length = 64)]
    pub(crate) only_one: Option<String>,
    /// By which version of Unicode it was made; another one makes it again.
    #[model(length = 16)]
    pub(crate) unicode_version: String,
}

impl NewNameSkeletonRow {
    /// The row of a user who has no name.
    pub(crate) fn unnamed(user: Id<UserRow>, unicode_version: String) -> Self {
        Self {
            user_id: user,
            skeleton: String::new(),
            only_one: None,
            unicode_version,
        }
    }
}
