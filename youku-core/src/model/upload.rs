//! Uploads that are under way.

use youku_orm::{Id, Model, Timestamp};

use super::{Kind, UserRow};

/// An upload that is under way or was left behind by a crash.
///
/// The row is there before the staged file and goes in the transaction that makes the movie, so
/// whatever file has neither row is nobody's.
#[derive(Debug, Clone, Model)]
#[model(table = "upload")]
pub(crate) struct UploadRow {
    #[model(primary_key, auto)]
    pub(crate) up_id: Id<UploadRow>,
    pub(crate) user_id: Id<UserRow>,
    #[model(length = 500)]
    pub(crate) movie_name: String,
    /// The announced size in bytes.
    pub(crate) movie_size: u64,
    pub(crate) kind: Kind,
    /// The key under which the bytes are staged and will be published.
    #[model(unique, length = 32)]
    pub(crate) movie_path: String,
    pub(crate) created_at: Timestamp,
    #[model(index)]
    pub(crate) expires_at: Timestamp,
}
