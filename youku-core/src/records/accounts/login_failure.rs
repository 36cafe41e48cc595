//! Failed log-ins, until they are forgotten.

use youku_orm::{Id, Model, Timestamp};

/// The failed log-ins under one name, whether or not there is a user of that name.
#[derive(Debug, Clone, Model)]
#[model(table = "login_failure")]
pub(crate) struct LoginFailureRow {
    #[model(primary_key, auto)]
    pub(crate) lf_id: Id<LoginFailureRow>,
    /// SHA-256 of the folded name, in hexadecimal, because people type passwords where the name
    /// belongs.
    #[model(unique, length = 64)]
    pub(crate) name_digest: String,
    /// How many there were since the count began.
    pub(crate) failures: u32,
    /// Until when nobody logs in under the name.
    pub(crate) locked_until: Option<Timestamp>,
    /// From when on the row says nothing any more.
    #[model(index)]
    pub(crate) counts_until: Timestamp,
}
