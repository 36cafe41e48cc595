//! The payment provider, and how each charge is taken exactly once.
//!
//! A charge has three steps. One transaction records it as pending, under a random key. Then the
//! provider is asked, outside of any transaction. Then one transaction records the answer and gives
//! the user what was paid for. When the request is repeated after a crash or a lost reply, the
//! pending row is found and the provider is asked with the same key; it charges once per key.

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
/// The default, [`Ledger`], accepts everything. Charges of 0 fen are never passed to the provider.
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
    /// The same key is passed again when the outcome of the charge is unknown: the program ended,
    /// or the provider or the database did not answer. Then the call must return the same answer as
    /// the first time, without charging again. Providers call this an idempotency key. One program
    /// never makes two calls for the same key at the same time; several programs on one database
    /// may.
    ///
    /// It is called outside of any transaction. After
    /// [`Policy::payment_timeout`](crate::Policy::payment_timeout) the call is cancelled, and
    /// treated as if it had returned [`Payment::Unavailable`].
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at the timeout, and when the runtime shuts down; by then the money may
    /// or may not have been taken.
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a>;
}

impl<P: Payments + ?Sized> Payments for Arc<P> {
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a> {
        (**self).charge(charge)
    }
}

/// A charge to take from a user.
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
    /// How much, in fen; never 0. It is the same for every attempt, even if prices have changed.
    pub amount_fen: u64,
}

/// What a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Item {
    /// A paid movie, for as long as it exists.
    Movie(MovieId),
    /// One period of membership.
    Membership,
}

/// What a provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payment {
    /// The money was taken, now or by an earlier call with the same key.
    Accepted,
    /// The money was not taken and never will be for this key. The user gets
    /// [`Code::PaymentDeclined`](crate::Code::PaymentDeclined); buying again is another charge.
    Declined,
    /// The outcome is unknown. The user gets [`Code::Unavailable`](crate::Code::Unavailable);
    /// buying again asks with the same key.
    Unavailable,
}

/// The default: accepts every charge. Each charge is recorded in the table `payment`, and no user
/// is billed.
///
/// That table is written for every provider: who was charged, how much, when, for what, and with
/// which key.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ledger;

impl Payments for Ledger {
    fn charge<'a>(&'a self, _: &'a Charge) -> Charging<'a> {
        Box::pin(std::future::ready(Payment::Accepted))
    }
}
