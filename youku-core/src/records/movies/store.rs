//! Which store of movie bytes the database belongs to.

use youku_orm::Model;

/// The one row that names the store; see [`bind`](crate::service::store_identity::bind).
#[derive(Debug, Clone, Model)]
#[model(table = "store")]
pub(crate) struct StoreRow {
    /// Always 1: of two servers that open a new database at once, one inserts it.
    #[model(primary_key)]
    pub(crate) s_id: u32,
    /// The random name that stands in the store too, in hexadecimal.
    #[model(length = 64)]
    pub(crate) identity: String,
}
