//! A charge that is recorded before the provider is asked.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use youku_orm::{Id, Model, New, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::host::clock::{after, between};
use crate::host::payments::{Charge, Item};
use crate::host::policy::Policy;
use crate::money::purchase;
use crate::records::money::payment::{NewPaymentRow, PaymentRow, PaymentState};
use crate::records::movies::movie::{Kind, MovieRow};
use crate::sessions::caller::Caller;

/// A bill: a row of the table of payments that was pending when it was read. Its row is committed
/// before the provider is asked, so every charge that the provider has accepted has a row.
#[derive(Debug, Clone)]
pub(crate) struct Bill {
    pub(super) payment: Id<PaymentRow>,
    pub(crate) charge: Charge,
}

/// What a bill is issued with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) policy: &'a Policy,
    /// The key of a new charge.
    pub(crate) key: &'a str,
    /// The highest price that the caller has named, in fen.
    pub(crate) at_most: u64,
    pub(crate) now: Timestamp,
}

/// What the movie costs a user who has not bought it, in fen.
pub(crate) fn price(movie: &MovieRow, policy: &Policy, is_vip: bool) -> u64 {
    match movie.kind {
        Kind::Free => 0,
        Kind::Charged => policy.price(is_vip),
    }
}

impl Bill {
    /// What the user has to pay for the movie; nothing when it is free or already paid for.
    ///
    /// # Errors
    ///
    /// `price_changed` if that is more than the caller has named; then no bill is issued.
    pub(crate) async fn for_movie(
        terms: Terms<'_>,
        movie: &MovieRow,
        tx: &mut Transaction,
    ) -> Result<Option<Self>> {
        if movie.kind == Kind::Free {
            return Ok(None);
        }
        let user = terms.caller.user;
        if purchase::exists(user, movie.m_id, &mut *tx).await? {
            return Ok(None);
        }
        let only_one = format!("movie {user} {}", movie.m_id);
        let price_fen = price(movie, terms.policy, terms.caller.is_vip(terms.now));
        let bill = terms.once(Some(movie.m_id), price_fen, only_one, tx);
        bill.await.map(Some)
    }

    /// What the user has to pay for a period of membership. It is a new bill, unless there is a
    /// pending bill of this user that no task of this program is settling: a crash has left it, or
    /// its provider gave no answer. That bill is settled first, because its charge may have been
    /// accepted, and the user would pay twice for one period.
    ///
    /// Bills with a name of their own are left out: only a call with the same name may settle them.
    pub(crate) async fn for_membership(
        terms: Terms<'_>,
        attended: impl Fn(&str) -> bool,
        tx: &mut Transaction,
    ) -> Result<Self> {
        let left = PaymentRow::filter(PaymentRow::USER_ID.eq(terms.caller.user))
            .filter(PaymentRow::STATE.eq(PaymentState::Pending))
            .filter(PaymentRow::MOVIE_ID.is_null())
            .filter(PaymentRow::ONLY_ONE.is_null());
        let left = left.order_by(PaymentRow::PAY_ID.asc());
        let left = left.limit(16).all(&mut *tx).await?;
        if let Some(bill) = left.into_iter().find(|row| !attended(&row.charge_key)) {
            terms.require_consent(bill.price_fen)?;
            return Ok(bill.into());
        }
        terms.require_horizon()?;
        let price_fen = terms.policy.membership_price_fen;
        terms.require_consent(price_fen)?;
        let new = terms.payment(None, price_fen, None);
        Ok(new.insert(tx).await?.into())
    }

    /// The same for a caller who has named the renewal with their own key: a new bill the first
    /// time, and the same bill whenever the key comes again.
    pub(crate) async fn for_named_membership(
        terms: Terms<'_>,
        name: &str,
        tx: &mut Transaction,
    ) -> Result<Self> {
        let digest = HEXLOWER.encode(&Sha256::digest(name.as_bytes()));
        let only_one = format!("membership {} {digest}", terms.caller.user);
        let price_fen = terms.policy.membership_price_fen;
        terms.once(None, price_fen, only_one, tx).await
    }
}

impl Terms<'_> {
    /// # Errors
    ///
    /// `price_changed` when the price is higher than the caller has named.
    fn require_consent(&self, price_fen: u64) -> Result<()> {
        if price_fen > self.at_most {
            return Err(Error::price_changed(price_fen));
        }
        Ok(())
    }

    /// The bill with the name `only_one`, which is issued if it does not exist.
    ///
    /// A UNIQUE column decides a race: the transaction that comes second finds the bill of the
    /// first one when it is run again.
    async fn once(
        &self,
        movie: Option<Id<MovieRow>>,
        price_fen: u64,
        only_one: String,
        tx: &mut Transaction,
    ) -> Result<Bill> {
        let same = PaymentRow::filter(PaymentRow::ONLY_ONE.eq(&only_one));
        if let Some(known) = same.first(&mut *tx).await? {
            // One that is paid charges nothing more.
            if known.state == PaymentState::Pending {
                self.require_consent(known.price_fen)?;
            }
            return Ok(known.into());
        }
        if movie.is_none() {
            self.require_horizon()?;
        }
        self.require_consent(price_fen)?;
        let new = self.payment(movie, price_fen, Some(only_one));
        let row = new.insert(tx).await.map_err(Error::lost_if_taken)?;
        Ok(row.into())
    }

    /// # Errors
    ///
    /// `rate_limited` when one more period would end too far in the future.
    fn require_horizon(&self) -> Result<()> {
        let period = self.policy.membership_period;
        let end = self.caller.member_until.unwrap_or(self.now).max(self.now);
        let most = after(self.now, self.policy.membership_horizon.max(period));
        let wait = between(most, after(end, period));
        if wait.is_zero() {
            return Ok(());
        }
        let text = "the membership already lasts for a long time; renew it later";
        Err(Error::rate_limited(text, wait))
    }

    fn payment(
        &self,
        movie: Option<Id<MovieRow>>,
        price_fen: u64,
        only_one: Option<String>,
    ) -> NewPaymentRow {
        NewPaymentRow {
            charge_key: self.key.to_owned(),
            only_one,
            user_id: self.caller.user,
            movie_id: movie,
            price_fen,
            state: PaymentState::Pending,
            created_at: self.now,
            settled_at: None,
        }
    }
}

impl From<PaymentRow> for Bill {
    fn from(row: PaymentRow) -> Self {
        let item = row.movie_id.map(|movie| Item::Movie(movie.into()));
        Self {
            payment: row.pay_id,
            charge: Charge {
                key: row.charge_key,
                user: UserId::from(row.user_id),
                item: item.unwrap_or(Item::Membership),
                amount_fen: row.price_fen,
            },
        }
    }
}
