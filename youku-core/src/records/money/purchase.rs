//! Paid movies that users have bought.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;

/// One payment for one movie; there is at most one for each user and movie.
#[derive(Debug, Clone, Model)]
#[model(table = "purchase")]
pub(crate) struct PurchaseRow {
    #[model(primary_key, auto)]
    pub(crate) p_id: Id<PurchaseRow>,
    #[model(index, unique = "once")]
    pub(crate) user_id: Id<UserRow>,
    #[model(unique = "once")]
    pub(crate) movie_id: Id<MovieRow>,
    /// What was paid, in fen.
    pub(crate) price_fen: u64,
    pub(crate) paid_at: Timestamp,
}
