//! What the clocks show when a round begins, and whether two such readings agree.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use youku_orm::{Database, DatabaseKind, sql};

use crate::basics::error::{Error, Result};
use crate::host::clock::{Clock, to_microsecond};
use crate::host::policy::Policy;
use crate::records::MaintenanceRow;
use crate::service::rounds::local_clock::Local;

/// The name of the clock that [`Clock::steady`] supplies.
const STEADY: &str = "steady";

/// The service's clock and those that it is compared with, all at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) at: Timestamp,
    /// By the clock of a database that may be on another machine. An SQLite database has none.
    pub(super) reference: Option<Timestamp>,
    /// By a clock that cannot be set.
    pub(super) local: Option<Local>,
}

impl Reading {
    pub(super) async fn take(db: &Database, clock: &dyn Clock) -> Result<Self> {
        let at = to_microsecond(clock.now());
        if let Some(steady) = clock.steady() {
            let local = Local {
                clock: STEADY.to_owned(),
                time: to_microsecond(steady),
            };
            return Ok(Self {
                at,
                reference: None,
                local: Some(local),
            });
        }
        Ok(Self {
            at,
            reference: reference(db).await?,
            local: Some(Local::now()),
        })
    }

    /// That of the last round.
    pub(super) fn last(row: &MaintenanceRow) -> Option<Self> {
        Some(Self {
            at: row.round_at?,
            reference: row.round_reference,
            local: local(row.round_clock.as_ref(), row.round_time),
        })
    }

    /// That of the last round that believed its clock.
    pub(super) fn trusted(row: &MaintenanceRow) -> Option<Self> {
        Some(Self {
            at: row.trusted_at?,
            reference: row.trusted_reference,
            local: local(row.trusted_clock.as_ref(), row.trusted_time),
        })
    }

    /// Whether both were taken by the same machine or process.
    pub(super) fn is_of_same_clock(&self, other: &Self) -> bool {
        match (&self.local, &other.local) {
            (Some(one), Some(other)) => one.clock == other.clock,
            _ => false,
        }
    }

    /// Whether the service's clock has advanced since `earlier` by as much as the others. Without a common clock that cannot be
    /// set, it may have advanced by [`Policy::max_round_gap`] at most: the database may be on the same machine.
    pub(super) fn follows(&self, earlier: &Self, policy: &Policy) -> bool {
        let stepped = self.at.duration_since(earlier.at);
        let agrees = |now: Timestamp, before: Timestamp| {
            let passed = now.duration_since(before);
            stepped.saturating_sub(passed).unsigned_abs() <= policy.max_clock_error
        };
        let by_local = match (&self.local, &earlier.local) {
            (Some(now), Some(before)) if now.clock == before.clock => {
                Some(agrees(now.time, before.time))
            }
            _ => None,
        };
        let by_reference = match (self.reference, earlier.reference) {
            (Some(now), Some(before)) => agrees(now, before),
            _ => true,
        };
        by_reference && by_local.unwrap_or_else(|| is_near(stepped, policy))
    }
}

fn local(clock: Option<&String>, time: Option<Timestamp>) -> Option<Local> {
    Some(Local {
        clock: clock?.clone(),
        time: time?,
    })
}

fn is_near(stepped: SignedDuration, policy: &Policy) -> bool {
    let most = if stepped.is_negative() {
        policy.max_clock_error
    } else {
        policy.max_round_gap
    };
    let stepped: Duration = stepped.unsigned_abs();
    stepped <= most
}

async fn reference(db: &Database) -> Result<Option<Timestamp>> {
    if db.kind() != DatabaseKind::Mysql {
        return Ok(None);
    }
    let seconds: i64 = sql("SELECT UNIX_TIMESTAMP()").one(db).await?;
    let reference = Timestamp::from_second(seconds).map_err(Error::internal)?;
    Ok(Some(reference))
}
