//! Stored bytes without a movie or an upload.

use youku_orm::{Id, Model, Timestamp};

/// Bytes that a round of maintenance found without a row, or that a movie no longer uses. The mark is what a database that is
/// restored from a backup has lost, so that its grace begins again.
#[derive(Debug, Clone, Model)]
#[model(table = "orphan")]
pub(crate) struct OrphanRow {
    #[model(primary_key, auto)]
    pub(crate) o_id: Id<OrphanRow>,
    /// The key of the bytes in the store.
    #[model(unique, length = 32)]
    pub(crate) object_key: String,
    /// When they were marked.
    pub(crate) found_at: Timestamp,
    /// The SHA-256 of the bytes in hexadecimal, if a movie had them.
    #[model(index, length = 64)]
    pub(crate) sha256: Option<String>,
    /// Whether they are removed without a grace: the service itself ended the upload that owned them.
    pub(crate) is_due: bool,
}
