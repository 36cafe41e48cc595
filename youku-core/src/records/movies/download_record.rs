//! The history: who downloaded what.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;

/// One download whose bytes started.
#[derive(Debug, Clone, Model)]
#[model(table = "download_record")]
pub(crate) struct DownloadRecordRow {
    #[model(primary_key, auto)]
    pub(crate) d_id: Id<DownloadRecordRow>,
    pub(crate) movie_id: Id<MovieRow>,
    #[model(index)]
    pub(crate) user_id: Id<UserRow>,
    pub(crate) download_time: Timestamp,
}
