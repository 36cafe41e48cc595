//! The history: who downloaded what.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;

/// One viewing: the downloads of one user and movie that have the same `watch_id`.
#[derive(Debug, Clone, Model)]
#[model(table = "download_record")]
pub(crate) struct DownloadRecordRow {
    #[model(primary_key, auto)]
    pub(crate) d_id: Id<DownloadRecordRow>,
    pub(crate) movie_id: Id<MovieRow>,
    #[model(index)]
    pub(crate) user_id: Id<UserRow>,
    /// When its first bytes started.
    pub(crate) download_time: Timestamp,
    /// Names the viewing; none in a row of an earlier version.
    #[model(unique, length = 32)]
    pub(crate) watch_id: Option<String>,
}
