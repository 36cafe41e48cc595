//! Waits before downloads of users without membership.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;

/// The wait of one user for one movie, until its viewing begins: then the row is deleted. It is in the database so that reconnecting, to this server
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
    /// Set only in rows of earlier versions, which kept a wait that was used up. Such a row is
    /// replaced by the next wait, or swept.
    pub(crate) started_at: Option<Timestamp>,
    /// Names the viewing that the wait is for; none in a row of an earlier version.
    #[model(length = 32)]
    pub(crate) watch_id: Option<String>,
}
