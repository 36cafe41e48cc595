//! Who takes the money, and how it is taken once.
//!
//! A charge is three steps: one transaction writes it down as pending, under a random key; then the
//! provider is asked, outside of any transaction; then one transaction writes its answer down and
//! gives what was paid for. Whoever asks again after a crash or a lost reply finds the pending row
//! and asks the provider with the same key, who charges once for a key.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::basics::id::{MovieId, UserId};

/// What [`Payments::charge`] returns: a future that may borrow the provider and the charge.
pub type Charging<'a> = Pin<Box<dyn Future<Output = Payment> + Send + 'a>>;

/// Takes charges: the bridge to a payment provider, handed to
/// [`Builder::payments`](crate::Builder::payments).
///
/// The default, [`Ledger`], accepts everything. Charges of 0 fen are never handed over.
///
/// ```
/// use youku_core::{Charge, Charging, Payment, Payments};
///
/// /// Takes nothing that is dear.
/// #[derive(Debug)]
/// struct Frugal;
///
/// impl Payments for Frugal {
///     fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a> {
///         Box::pin(async move {
///             match charge.amount_fen {
///                 ..=1000 => Payment::Accepted,
///                 _ => Payment::Declined,
///             }
///         })
///     }
/// }
/// ```
pub trait Payments: fmt::Debug + Send + Sync + 'static {
    /// Charges a user, once for each [key](Charge::key).
    ///
    /// A key comes again when nobody knows what became of the charge: the program ended, the
    /// provider or the database did not answer. Then it must be answered as it was the first time,
    /// without charging again. Providers call that an idempotency key. One program asks for a key
    /// one call after the other; several programs on one database may ask at the same time.
    ///
    /// It is called outside of any transaction, and given up after
    /// [`Policy::payment_timeout`](crate::Policy::payment_timeout) as if it had answered
    /// [`Payment::Unavailable`].
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at the timeout, and whenever the runtime ends; the money may or may
    /// not have been taken by then.
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a>;
}

impl<P: Payments + ?Sized> Payments for Arc<P> {
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a> {
        (**self).charge(charge)
    }
}

/// What somebody is to be charged for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Charge {
    /// The same for every attempt at this charge and for no other: 32 lower-case hexadecimal
    /// characters.
    pub key: String,
    /// Who pays.
    pub user: UserId,
    /// What it is for.
    pub item: Item,
    /// How much, in fen; never 0. It is the same for every attempt, whatever prices are by then.
    pub amount_fen: u64,
}

/// What a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Item {
    /// A charged movie, for as long as it exists.
    Movie(MovieId),
    /// One period of membership.
    Membership,
}

/// What a provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payment {
    /// The money was taken, now or by an earlier call with the same key.
    Accepted,
    /// It was not taken and will never be for this key. The user gets
    /// [`Code::PaymentDeclined`](crate::Code::PaymentDeclined); buying again is another charge.
    Declined,
    /// Nobody knows. The user gets [`Code::Unavailable`](crate::Code::Unavailable); buying again
    /// goes on with the same key.
    Unavailable,
}

/// The default: accepts every charge, so that it stands in the table `payment` and nobody is billed.
///
/// That table is written for every provider: who was charged what, when, for what, and with which
/// key.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ledger;

impl Payments for Ledger {
    fn charge<'a>(&'a self, _: &'a Charge) -> Charging<'a> {
        Box::pin(std::future::ready(Payment::Accepted))
    }
}
