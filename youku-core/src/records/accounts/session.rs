//! Log-ins that have not expired.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;

/// One log-in.
#[derive(Debug, Clone, Model)]
#[model(table = "session")]
pub(crate) struct SessionRow {
    #[model(primary_key, auto)]
    pub(crate) s_id: Id<SessionRow>,
    #[model(index)]
    pub(crate) user_id: Id<UserRow>,
    /// SHA-256 of the token, in hexadecimal.
    #[model(unique, length = 64)]
    pub(crate) token_digest: String,
    /// The user's id again, while this is the only session that the user may have. The UNIQUE
    /// constraint keeps two log-ins at the same moment from both staying.
    #[model(unique)]
    pub(crate) only_of: Option<Id<UserRow>>,
    /// When a newer log-in replaced it.
    pub(crate) replaced_at: Option<Timestamp>,
    /// Where the log-in came from, as the host said.
    #[model(length = 255)]
    pub(crate) peer: String,
    pub(crate) created_at: Timestamp,
    /// When it expires if it is not used before that.
    pub(crate) idle_until: Timestamp,
    /// When it expires at the latest.
    #[model(index)]
    pub(crate) expires_at: Timestamp,
}
