//! Which store of movie bytes the database belongs to.

use youku_orm::Model;

/// The one row that names the store; see [`bind`](crate::service::store_identity::bind).
#[derive(Debug, Clone, Model)]
#[model(table = "store")]
pub(crate) struct StoreRow {
    /// Always 1: when two servers open a new database at the same time, only one can insert the
    /// row.
    #[model(primary_key)]
    pub(crate) s_id: u32,
    /// The random name, in hexadecimal; the store contains the same name.
    #[model(length = 64)]
    pub(crate) identity: String,
}
