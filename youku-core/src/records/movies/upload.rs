//! Uploads in progress.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::Kind;

/// An upload that is in progress or was left behind by a crash.
///
/// The row is written before the staged file exists, and deleted by the transaction that creates
/// the movie. So a file with neither row belongs to nothing.
#[derive(Debug, Clone, Model)]
#[model(table = "upload")]
pub(crate) struct UploadRow {
    #[model(primary_key, auto)]
    pub(crate) up_id: Id<UploadRow>,
    /// The public name. It is missing in rows that a program of the first schema wrote for uploads
    /// that end with their handle.
    #[model(unique, length = 32)]
    pub(crate) upload_id: Option<String>,
    pub(crate) user_id: Id<UserRow>,
    #[model(length = 500)]
    pub(crate) movie_name: String,
    /// The announced size in bytes.
    pub(crate) movie_size: u64,
    pub(crate) kind: Kind,
    /// The announced SHA-256, in hexadecimal.
    #[model(length = 64)]
    pub(crate) sha256: Option<String>,
    /// See `NewMovie::hint`.
    #[model(length = 255)]
    pub(crate) movie_md5: Option<String>,
    /// The key under which the bytes are staged and will be published.
    #[model(unique, length = 32)]
    pub(crate) movie_path: String,
    pub(crate) created_at: Timestamp,
    /// When it ends unless it gives a sign of life before that.
    #[model(index)]
    pub(crate) expires_at: Timestamp,
    /// The process that receives an upload that ends with its handle; none for one that can be
    /// resumed. See [`process`](crate::service::process).
    #[model(length = 255)]
    pub(crate) owner: Option<String>,
    /// Until when an upload of which no byte has arrived reserves its space; none when it reserves
    /// it as long as it lives.
    pub(crate) reserved_until: Option<Timestamp>,
    /// Incremented by each handle that takes the upload over.
    #[model(default = 0)]
    pub(crate) lease: u64,
    /// How many bytes are acknowledged: staged and synced to the disk.
    #[model(default = 0)]
    pub(crate) received: u64,
    /// The SHA-256 of those bytes, in hexadecimal.
    #[model(default = None, length = 64)]
    pub(crate) prefix_sha256: Option<String>,
    /// The internal state of that hash, from which hashing resumes.
    #[model(default = None)]
    pub(crate) hash_state: Option<Vec<u8>>,
}
