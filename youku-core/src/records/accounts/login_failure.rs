//! Failed log-ins, until they are forgotten.

use youku_orm::{Id, Model, Timestamp};

/// The failed log-ins under one name, whether or not there is a user of that name.
#[derive(Debug, Clone, Model)]
#[model(table = "login_failure")]
pub(crate) struct LoginFailureRow {
    #[model(primary_key, auto)]
    pub(crate) lf_id: Id<LoginFailureRow>,
    /// SHA-256 of the folded name, in hexadecimal. It is a digest because people sometimes type a
    /// password in place of the name.
    #[model(unique, length = 64)]
    pub(crate) name_digest: String,
    /// How many failures there were since the count began.
    pub(crate) failures: u32,
    /// Until when all log-ins under the name are refused.
    pub(crate) locked_until: Option<Timestamp>,
    /// From when on the row has no effect.
    #[model(index)]
    pub(crate) counts_until: Timestamp,
}
