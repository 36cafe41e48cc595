//! Notices from administrators to all users.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;

/// A notice.
#[derive(Debug, Clone, Model)]
#[model(table = "notice")]
pub(crate) struct NoticeRow {
    #[model(primary_key, auto)]
    pub(crate) n_id: Id<NoticeRow>,
    #[model(length = 255)]
    pub(crate) title: String,
    #[model(length = 2000)]
    pub(crate) content: String,
    pub(crate) create_time: Timestamp,
    /// The administrator who published it.
    pub(crate) user_id: Id<UserRow>,
}
