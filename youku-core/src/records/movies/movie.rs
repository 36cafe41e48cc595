//! Movies, listed and deleted.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;

/// Whether a movie costs something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
pub enum Kind {
    /// Free for everybody.
    Free,
    /// Paid for once by each user.
    Charged,
}

/// A movie whose bytes have arrived whole. Lists have indexes that only the migrations name: they
/// begin with `is_delete` and `is_lost`, with or without `kind`, and end with a column to order by.
#[derive(Debug, Clone, Model)]
#[model(table = "movie")]
pub(crate) struct MovieRow {
    #[model(primary_key, auto)]
    pub(crate) m_id: Id<MovieRow>,
    /// Text for display; never a path.
    #[model(length = 500)]
    pub(crate) movie_name: String,
    /// The name as [`search_name`](crate::basics::text::search_name) has it, for searching and order.
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
    /// The same again while the movie is listed. It being unique is what keeps two uploads of one
    /// content from both being listed.
    #[model(unique, length = 64)]
    pub(crate) live_digest: Option<String>,
    /// Whatever digest the uploading client made up; see `NewMovie::hint`.
    #[model(index, length = 255)]
    pub(crate) movie_md5: Option<String>,
    /// Who uploaded it.
    pub(crate) user_id: Id<UserRow>,
    pub(crate) upload_time: Timestamp,
    #[model(default = false)]
    pub(crate) is_delete: bool,
    /// Set by the sweep when the bytes are gone: hidden like a deleted movie, and not restorable
    /// but by another upload.
    #[model(default = false)]
    pub(crate) is_lost: bool,
    /// When it was deleted; none while it is not.
    #[model(default = None, index)]
    pub(crate) deleted_at: Option<Timestamp>,
    /// Set by the sweep when the bytes of a deleted movie were removed: not restorable but by
    /// another upload.
    #[model(default = false)]
    pub(crate) is_collected: bool,
}
