//! Whether the service's clock can be believed in a round of maintenance.
//!
//! A round removes what is old by the service's clock. If that clock is years ahead for one round, everything is old. So a
//! round believes it only if since the last round the clock has advanced by as much as another clock: the monotonic clock of
//! this process, or, in the first round of a process, the clock of the database. That one may be the clock of the same
//! machine, so the first round of a process also believes no more than [`Policy::max_round_gap`](crate::Policy::max_round_gap)
//! since the last round. A round that does not believe its clock removes nothing that is old, and the next one compares
//! itself with it.
//!
//! A clock that [supplies its own](crate::Clock::steady) second time is compared with that alone.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use youku_orm::{Database, DatabaseKind, Model, sql};

use crate::basics::error::{Error, Result};
use crate::host::clock::{Clock, to_microsecond};
use crate::host::policy::Policy;
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;
use crate::service::shared::Service;

/// The last round of this process.
#[derive(Debug, Default)]
pub(crate) struct LastRound(Mutex<Option<Began>>);

/// When a round began, by the service's clock and by that of the process.
#[derive(Debug, Clone, Copy)]
struct Began {
    at: Timestamp,
    steady: Option<Timestamp>,
    monotonic: Instant,
}

impl Service {
    /// Begins a round, and returns whether its clock can be believed.
    pub(crate) async fn begin_round(&self) -> Result<bool> {
        let began = Began {
            at: self.now(),
            steady: self.clock.steady(),
            monotonic: Instant::now(),
        };
        let row = MaintenanceRow::get(&self.db, ONLY).await?;
        let reference = reference(&self.db, &*self.clock).await?;
        let last = self.last_round();
        let is_believed = match last {
            Some(last) => began.follows(&last, &self.policy),
            None => match (row.round_at, row.round_reference) {
                (Some(at), Some(before)) => {
                    let stepped = began.at.duration_since(at);
                    let is_near =
                        began.steady.is_some() || is_within(stepped, self.policy.max_round_gap);
                    is_near && agree(stepped, reference.duration_since(before), &self.policy)
                }
                _ => false,
            },
        };
        record(&self.db, began.at, reference).await?;
        *self
            .last_round
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(began);
        if !is_believed {
            tracing::error!(
                now = %began.at,
                last = ?row.round_at,
                "the clock has jumped since the last round of maintenance, or that round was too long ago; this round removes \
                 nothing by its age"
            );
        }
        Ok(is_believed)
    }

    fn last_round(&self) -> Option<Began> {
        *self
            .last_round
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Began {
    fn follows(&self, last: &Self, policy: &Policy) -> bool {
        let passed = match (self.steady, last.steady) {
            (Some(now), Some(before)) => now.duration_since(before),
            _ => {
                let passed = self.monotonic.duration_since(last.monotonic);
                SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX)
            }
        };
        agree(self.at.duration_since(last.at), passed, policy)
    }
}

/// Records the opening of a new database as its first round, so that the first real one has something to be compared with.
pub(crate) async fn record_opening(db: &Database, clock: &dyn Clock) -> Result<()> {
    let row = MaintenanceRow::get(db, ONLY).await?;
    if row.round_at.is_none() {
        let reference = reference(db, clock).await?;
        record(db, to_microsecond(clock.now()), reference).await?;
    }
    Ok(())
}

async fn record(db: &Database, at: Timestamp, reference: Timestamp) -> Result<()> {
    let row = MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY));
    row.set(MaintenanceRow::ROUND_AT, at)
        .set(MaintenanceRow::ROUND_REFERENCE, reference)
        .update(db)
        .await?;
    Ok(())
}

/// The time by the clock that survives a restart.
async fn reference(db: &Database, clock: &dyn Clock) -> Result<Timestamp> {
    if let Some(steady) = clock.steady() {
        return Ok(to_microsecond(steady));
    }
    let now = match db.kind() {
        DatabaseKind::Mysql => "SELECT UNIX_TIMESTAMP()",
        _ => "SELECT CAST(strftime('%s', 'now') AS INTEGER)",
    };
    let seconds: i64 = sql(now).one(db).await?;
    Timestamp::from_second(seconds).map_err(Error::internal)
}

fn agree(stepped: SignedDuration, passed: SignedDuration, policy: &Policy) -> bool {
    let difference = stepped.saturating_sub(passed);
    is_within(difference, policy.max_clock_error)
}

fn is_within(difference: SignedDuration, most: Duration) -> bool {
    difference.unsigned_abs() <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stepped: i64, passed: i64, expected: bool) {
        let (stepped, passed) = (
            SignedDuration::from_secs(stepped),
            SignedDuration::from_secs(passed),
        );
        let policy = Policy {
            max_clock_error: Duration::from_secs(60),
            ..Policy::default()
        };
        assert_eq!(
            agree(stepped, passed, &policy),
            expected,
            "{stepped} {passed}"
        );
    }

    #[test]
    fn clocks_agree_up_to_the_error_of_the_policy() {
        check(3600, 3600, true);
        check(3660, 3600, true);
        check(3540, 3600, true);
        check(3661, 3600, false);
        check(3539, 3600, false);
        check(i64::MAX, 3600, false);
        check(i64::MIN, 3600, false);
    }
}
