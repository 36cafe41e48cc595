//! Movies, listed and deleted.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;

/// Whether a movie has to be paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
pub enum Kind {
    /// Free for all users.
    Free,
    /// Each user pays for it once.
    Charged,
}

/// A movie whose bytes have arrived completely. The indexes for lists are named only in the
/// migrations: they begin with `is_delete` and `is_lost`, with or without `kind`, and end with a
/// column to sort by.
#[derive(Debug, Clone, Model)]
#[model(table = "movie")]
pub(crate) struct MovieRow {
    #[model(primary_key, auto)]
    pub(crate) m_id: Id<MovieRow>,
    /// Text for display; never a path.
    #[model(length = 500)]
    pub(crate) movie_name: String,
    /// The name as [`search_name`](crate::basics::text::search_name) returns it, for searching and
    /// sorting.
    #[model(length = 700)]
    pub(crate) search_name: String,
    /// In bytes.
    pub(crate) movie_size: u64,
    /// The key of the bytes in the store.
    #[model(unique, length = 32)]
    pub(crate) movie_path: String,
    pub(crate) kind: Kind,
    /// SHA-256 of the bytes, in hexadecimal.
    #[model(index, length = 64)]
    pub(crate) sha256: String,
    /// The same digest again, while the movie is listed. The UNIQUE constraint keeps two uploads of
    /// the same content from both being listed.
    #[model(unique, length = 64)]
    pub(crate) live_digest: Option<String>,
    /// A custom digest of the uploading client; see `NewMovie::hint`.
    #[model(index, length = 255)]
    pub(crate) movie_md5: Option<String>,
    /// The user who uploaded it.
    pub(crate) user_id: Id<UserRow>,
    pub(crate) upload_time: Timestamp,
    #[model(default = false)]
    pub(crate) is_delete: bool,
    /// Set by the sweep when the bytes are gone: the movie is hidden like a deleted one, until the
    /// sweep finds its bytes again or another upload restores it.
    #[model(default = false)]
    pub(crate) is_lost: bool,
    /// When it was deleted; none if it is not deleted.
    #[model(default = None, index)]
    pub(crate) deleted_at: Option<Timestamp>,
    /// Set when the bytes of a deleted movie are removed, by the sweep or an administrator: only
    /// another upload restores it.
    #[model(default = false)]
    pub(crate) is_collected: bool,
}
