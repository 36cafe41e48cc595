//! Waits before downloads of users without membership.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;

/// The wait of one user for one movie. It is in the database so that reconnecting, to this server
/// or another, neither restarts nor skips it.
#[derive(Debug, Clone, Model)]
#[model(table = "download_wait")]
pub(crate) struct DownloadWaitRow {
    #[model(primary_key, auto)]
    pub(crate) w_id: Id<DownloadWaitRow>,
    #[model(unique = "once")]
    pub(crate) user_id: Id<UserRow>,
    #[model(unique = "once")]
    pub(crate) movie_id: Id<MovieRow>,
    /// When the bytes may start.
    pub(crate) ready_at: Timestamp,
    /// When a download used up the wait; from then on the row only allows that download to be
    /// resumed.
    pub(crate) started_at: Option<Timestamp>,
}
