//! Buying membership.

use jiff::Timestamp;
use youku_orm::{Model, New, Transaction};

use crate::clock::after;
use crate::model::{NewMembershipRow, UserRow};
use crate::{Error, Result, Session};

/// A membership that was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {
    /// When it ends, if it is not renewed.
    pub until: Timestamp,
    /// What this period cost, in fen.
    pub price_fen: u64,
}

impl Session {
    /// Buys one [period](crate::Policy::membership_period) of membership. One that still runs is
    /// extended: no day that was paid for is lost.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session has ended.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the period may or may not have been bought; a fresh
    /// [`Youku::session`](crate::Youku::session) tells by
    /// [`member_until`](Session::member_until).
    pub async fn renew_membership(&self) -> Result<Membership> {
        let service = self.service();
        let now = service.now();
        let membership = service.write(async |tx| self.extend(now, tx).await).await?;
        self.set_member_until(membership.until);
        tracing::info!(user = %self.user_id(), until = %membership.until, "membership renewed");
        Ok(membership)
    }

    async fn extend(&self, now: Timestamp, tx: &mut Transaction) -> Result<Membership> {
        let caller = self.authorize(&mut *tx, now).await?;
        let policy = &self.service().policy;
        let start = caller.member_until.map_or(now, |until| until.max(now));
        let end = after(start, policy.membership_period);
        // Two periods bought at once must both count: whoever comes second starts over.
        let unchanged = match caller.member_until {
            Some(until) => UserRow::MEMBER_UNTIL.eq(until),
            None => UserRow::MEMBER_UNTIL.is_null(),
        };
        let user = UserRow::filter(UserRow::U_ID.eq(caller.user)).filter(unchanged);
        if user
            .set(UserRow::MEMBER_UNTIL, end)
            .update(&mut *tx)
            .await?
            == 0
        {
            return Err(Error::lost_race());
        }
        let paid = NewMembershipRow {
            user_id: caller.user,
            price_fen: policy.membership_price_fen,
            starts_at: start,
            ends_at: end,
            paid_at: now,
        };
        paid.insert(tx).await?;
        Ok(Membership {
            until: end,
            price_fen: policy.membership_price_fen,
        })
    }
}
