//! Whether the service's clock can be believed in a round of maintenance.
//!
//! A round removes what is old by the service's clock. If that clock is years ahead, everything is old. So a round believes it
//! only if it has advanced by as much as other clocks since the last round that was believed: a clock of the machine that
//! cannot be set, and the clock of the database on MySQL. Across a restart of the machine there is only the latter, which may
//! be the clock of the same machine; then a round believes no more than
//! [`Policy::max_round_gap`](crate::Policy::max_round_gap).
//!
//! A clock that has jumped stays in doubt, however many rounds agree with it, until one of these: it jumps back; it has run
//! for [`Policy::clock_grace`](crate::Policy::clock_grace) without another jump; the operator
//! [accepts](Youku::accept_clock) it.
//!
//! A clock that [supplies its own](crate::Clock::steady) second time is compared with that alone.

mod local_clock;

mod reading;

use jiff::Timestamp;
use youku_orm::{Database, Executor, Model};

use crate::basics::error::Result;
use crate::host::clock::Clock;
use crate::host::policy::Policy;
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;
use crate::service::rounds::reading::Reading;
use crate::service::shared::Service;
use crate::service::youku::Youku;

/// What a round does with its clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judgement {
    Believed,
    /// The clock is back where it was expected, after another round saw it jump.
    Back,
    /// The clock has jumped, and the first round that noticed it began then.
    Jumped(Timestamp),
}

impl Judgement {
    fn of(now: &Reading, row: &MaintenanceRow, policy: &Policy) -> Self {
        let (Some(last), Some(trusted)) = (Reading::last(row), Reading::trusted(row)) else {
            return Self::Jumped(now.at);
        };
        let has_run = now.follows(&last, policy);
        if now.follows(&trusted, policy) {
            // The wrong clock of another machine does not make this one wrong.
            return if has_run || !now.is_of_same_clock(&last) {
                Self::Believed
            } else {
                Self::Back
            };
        }
        match row.jumped_at {
            Some(jumped_at) if has_run => {
                let age = now.at.duration_since(jumped_at);
                if !age.is_negative() && age.unsigned_abs() >= policy.clock_grace {
                    Self::Believed
                } else {
                    Self::Jumped(jumped_at)
                }
            }
            _ => Self::Jumped(now.at),
        }
    }
}

impl Service {
    /// Begins a round, and returns whether its clock can be believed.
    pub(crate) async fn begin_round(&self) -> Result<bool> {
        let now = Reading::take(&self.db, &*self.clock).await?;
        let judgement = self
            .write(async |tx| {
                let row = MaintenanceRow::get(&mut *tx, ONLY).await?;
                let judgement = Judgement::of(&now, &row, &self.policy);
                record(tx, &now, judgement).await?;
                Ok(judgement)
            })
            .await?;
        if judgement != Judgement::Believed {
            tracing::error!(
                now = %now.at,
                ?judgement,
                "the clock has jumped, or the last round of maintenance was too long ago; nothing is removed by its age until the \
                 clock is back, has run for `clock_grace`, or is accepted: `youku-server sweep --accept-clock` or \
                 `Youku::accept_clock`"
            );
        }
        Ok(judgement == Judgement::Believed)
    }

    /// Whether a round that begins now would believe its clock. Records nothing.
    pub(crate) async fn would_believe_clock(&self) -> Result<bool> {
        let now = Reading::take(&self.db, &*self.clock).await?;
        let row = MaintenanceRow::get(&self.db, ONLY).await?;
        // Opening the service for a round would record the first reading.
        let is_first = row.trusted_at.is_none();
        Ok(is_first || Judgement::of(&now, &row, &self.policy) == Judgement::Believed)
    }
}

impl Youku {
    /// Declares that the clock is right now, although it has jumped since the last [sweep](Self::sweep), or that sweep was long
    /// ago. Until then, sweeps that are [held back](crate::Hold::ClockJumped) remove nothing by its age. Returns whether they
    /// were.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the clock may or may not be accepted; calling again accepts it.
    pub async fn accept_clock(&self) -> Result<bool> {
        let service = &*self.0;
        let now = Reading::take(&service.db, &*service.clock).await?;
        service
            .write(async |tx| {
                let row = MaintenanceRow::get(&mut *tx, ONLY).await?;
                let was_held = Judgement::of(&now, &row, &service.policy) != Judgement::Believed;
                record(tx, &now, Judgement::Believed).await?;
                Ok(was_held)
            })
            .await
    }
}

/// Records the opening of a new database as its first round, so that the first real one has something to be compared with.
pub(crate) async fn record_opening(db: &Database, clock: &dyn Clock) -> Result<()> {
    if MaintenanceRow::get(db, ONLY).await?.trusted_at.is_none() {
        let now = Reading::take(db, clock).await?;
        record(db, &now, Judgement::Believed).await?;
    }
    Ok(())
}

async fn record<'c>(
    executor: impl Executor<'c>,
    now: &Reading,
    judgement: Judgement,
) -> Result<()> {
    let clock = now.local.as_ref().map(|local| local.clock.clone());
    let time = now.local.as_ref().map(|local| local.time);
    let jumped_at = match judgement {
        Judgement::Jumped(at) => Some(at),
        Judgement::Believed | Judgement::Back => None,
    };
    let mut row = MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY))
        .set(MaintenanceRow::ROUND_AT, now.at)
        .set(MaintenanceRow::ROUND_REFERENCE, now.reference)
        .set(MaintenanceRow::ROUND_CLOCK, clock.clone())
        .set(MaintenanceRow::ROUND_TIME, time)
        .set(MaintenanceRow::JUMPED_AT, jumped_at);
    if judgement == Judgement::Believed {
        row = row
            .set(MaintenanceRow::TRUSTED_AT, now.at)
            .set(MaintenanceRow::TRUSTED_REFERENCE, now.reference)
            .set(MaintenanceRow::TRUSTED_CLOCK, clock)
            .set(MaintenanceRow::TRUSTED_TIME, time);
    }
    row.update(executor).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
