//! Memberships that users have paid for.

use youku_orm::{Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::money::payment::PaymentRow;

/// One payment for one period of membership.
#[derive(Debug, Clone, Model)]
#[model(table = "membership")]
pub(crate) struct MembershipRow {
    #[model(primary_key, auto)]
    pub(crate) ms_id: Id<MembershipRow>,
    #[model(index)]
    pub(crate) user_id: Id<UserRow>,
    /// Each payment pays for one period.
    #[model(unique)]
    pub(crate) payment_id: Id<PaymentRow>,
    /// What was paid, in fen.
    pub(crate) price_fen: u64,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) paid_at: Timestamp,
}
