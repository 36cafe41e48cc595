//! The ledger: every charge that was begun, and its outcome.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;

/// The outcome of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
pub(crate) enum PaymentState {
    /// The provider may have been asked; its answer is not recorded.
    Pending,
    /// The provider accepted. The same transaction gave the user what was paid for.
    Paid,
    /// The provider declined. That is final; the next attempt is another payment.
    Declined,
}

/// One charge. It is written before the provider is asked, so that after a crash the same key is
/// used to ask again.
#[derive(Debug, Clone, Model)]
#[model(table = "payment")]
pub(crate) struct PaymentRow {
    #[model(primary_key, auto)]
    pub(crate) pay_id: Id<PaymentRow>,
    /// The idempotency key that the provider gets: random, in hexadecimal.
    #[model(unique, length = 32)]
    pub(crate) charge_key: String,
    /// Identifies what can have only one payment that is not declined: the user and the movie, or
    /// the user and the key that the caller gave to a renewal. It stays when the payment is paid,
    /// so that a transaction that began before does not bill the same item again.
    #[model(unique, length = 150)]
    pub(crate) only_one: Option<String>,
    #[model(index)]
    pub(crate) user_id: Id<UserRow>,
    /// The movie that is paid for; none for a period of membership.
    pub(crate) movie_id: Option<Id<MovieRow>>,
    /// In fen.
    pub(crate) price_fen: u64,
    pub(crate) state: PaymentState,
    pub(crate) created_at: Timestamp,
    pub(crate) settled_at: Option<Timestamp>,
}
