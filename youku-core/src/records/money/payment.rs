//! The ledger: every charge that was begun, and what became of it.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;

/// What became of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
pub(crate) enum PaymentState {
    /// The provider may have been asked; nobody has written down what it answered.
    Pending,
    /// The provider accepted, and what was paid for was given in the same transaction.
    Paid,
    /// The provider declined. That is final; the next attempt is another payment.
    Declined,
}

/// One charge. It is written before the provider is asked, so that a crash in between leaves a key
/// with which to ask again.
#[derive(Debug, Clone, Model)]
#[model(table = "payment")]
pub(crate) struct PaymentRow {
    #[model(primary_key, auto)]
    pub(crate) pay_id: Id<PaymentRow>,
    /// The idempotency key that the provider gets: random, in hexadecimal.
    #[model(unique, length = 32)]
    pub(crate) charge_key: String,
    /// What there can be only one payment for that is not declined: the user and the movie, or the
    /// user and the key that the caller gave to a renewal. It stays when the payment is paid, so that
    /// a transaction that began before does not bill the same again.
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
