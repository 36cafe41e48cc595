//! Buying membership.

use jiff::Timestamp;
use youku_orm::{Model, New, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::rule::require_length;
use crate::host::clock::after;
use crate::host::policy::Policy;
use crate::host::randomness::random_hex;
use crate::money::bill::{Bill, Terms};
use crate::money::settle::{Settled, settle};
use crate::records::accounts::user::UserRow;
use crate::records::money::membership::{MembershipRow, NewMembershipRow};
use crate::records::money::payment::PaymentRow;
use crate::sessions::handle::Session;

/// A membership that was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {
    /// When it ends, if it is not renewed.
    pub until: Timestamp,
    /// What this period cost, in fen.
    pub price_fen: u64,
}

/// The longest name of a renewal, in characters.
const MAX_KEY_CHARS: usize = 255;

impl Session {
    /// Buys one [period](crate::Policy::membership_period) of membership. A membership that has not
    /// ended is extended: no day that was paid for is lost.
    ///
    /// `at_most` is the highest price that the user has agreed to, in fen; it is required so that
    /// nothing is charged that no one has asked for.
    ///
    /// Each call buys another period. A client that may have to repeat the call, because replies
    /// can get lost, should use [`renew_membership_once`](Self::renew_membership_once).
    ///
    /// # Errors
    ///
    /// - [`Code::PriceChanged`](crate::Code::PriceChanged): a period costs more than `at_most`;
    ///   nothing was charged.
    /// - [`Code::PaymentDeclined`](crate::Code::PaymentDeclined): nothing was charged.
    /// - [`Code::RateLimited`](crate::Code::RateLimited): the membership would end later than
    ///   [`Policy::membership_horizon`](crate::Policy::membership_horizon) allows; nothing was charged.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session has ended.
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the database or the payment provider
    ///   cannot be reached. If the provider has taken the money nevertheless, the next renewal of
    ///   this user gives the period that it was for, and charges nothing.
    /// - [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the period may or may not have been bought; a charge that has
    /// begun is completed in any case. The [`member_until`](Session::member_until) of a fresh
    /// [`Youku::session`](crate::Youku::session) says which.
    pub async fn renew_membership(&self, at_most: u64) -> Result<Membership> {
        self.renew(None, at_most).await
    }

    /// Buys one period of membership, once for each user and `key`: another call with the same key
    /// returns the same answer and charges nothing. A declined charge does not count; the next call
    /// with the key tries again.
    ///
    /// `key` is an idempotency key: any text of 1 to 255 characters, such as a random one, that the
    /// client uses for this renewal and no other.
    ///
    /// # Errors
    ///
    /// Those of [`renew_membership`](Self::renew_membership), and
    /// [`Code::BadRequest`](crate::Code::BadRequest) on the field `key` for one that is empty or
    /// too long.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the period may or may not have been bought; call again with the
    /// same key to find out.
    pub async fn renew_membership_once(&self, key: &str, at_most: u64) -> Result<Membership> {
        require_length("key", key, 1..=MAX_KEY_CHARS)?;
        self.renew(Some(key), at_most).await
    }

    async fn renew(&self, name: Option<&str>, at_most: u64) -> Result<Membership> {
        let row = loop {
            match self.settle_one(name, at_most).await? {
                // Both calls found the same bill, which an earlier call had left. The other call has
                // settled it and returns its period; each call returns a period of its own.
                Settled::Before(_) if name.is_none() => {}
                settled => break settled.membership(),
            }
        };
        let row = row.ok_or_else(|| Error::internal("a paid membership is gone"))?;
        self.extend_member_until(row.ends_at);
        tracing::info!(user = %self.user_id(), until = %row.ends_at, "membership renewed");
        Ok(Membership {
            until: row.ends_at,
            price_fen: row.price_fen,
        })
    }

    /// Issues one bill for a period and settles it.
    async fn settle_one(&self, name: Option<&str>, at_most: u64) -> Result<Settled> {
        let service = self.service();
        let now = service.now();
        let key = random_hex::<16>(&*service.randomness)?;
        // The key is registered before the bill is committed and until this call ends, and the task
        // in `settle` registers it as well. So while a call waits for a bill that it has issued, no
        // other renewal finds the bill unattended.
        let _in_flight = service.charges_in_flight.register(&key);
        let attended = |key: &str| service.charges_in_flight.contains(key);
        let bill = service.write(async |tx| {
            let caller = self.authorize(&mut *tx, now).await?;
            let terms = Terms {
                caller: &caller,
                policy: &service.policy,
                key: &key,
                at_most,
                now,
            };
            match name {
                Some(name) => Bill::for_named_membership(terms, name, tx).await,
                None => Bill::for_membership(terms, attended, tx).await,
            }
        });
        settle(self.youku(), bill.await?).await
    }
}

/// Adds the period that was paid for.
pub(crate) async fn extend(
    paid: &PaymentRow,
    policy: &Policy,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<MembershipRow> {
    let user = UserRow::find(&mut *tx, paid.user_id).await?;
    let user = user.ok_or_else(Error::no_such_user)?;
    let start = user.member_until.map_or(now, |until| until.max(now));
    let end = after(start, policy.membership_period);
    // The end of a membership is its old end, or now if that has passed, plus one period for each
    // payment. Of two payments at once, the second transaction finds another end than it read, and
    // starts over.
    let unchanged = match user.member_until {
        Some(until) => UserRow::MEMBER_UNTIL.eq(until),
        None => UserRow::MEMBER_UNTIL.is_null(),
    };
    let row = UserRow::filter(UserRow::U_ID.eq(paid.user_id)).filter(unchanged);
    let extended = row.set(UserRow::MEMBER_UNTIL, end).update(&mut *tx).await?;
    if extended == 0 {
        return Err(Error::lost_race());
    }
    let new = NewMembershipRow {
        user_id: paid.user_id,
        payment_id: paid.pay_id,
        price_fen: paid.price_fen,
        starts_at: start,
        ends_at: end,
        paid_at: now,
    };
    Ok(new.insert(tx).await?)
}
