//! Periodic work for as long as a service runs.

use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::Result;
use crate::host::clock::{after, before};
use crate::operations::batch::BATCH;
use crate::operations::events::expiry;
use crate::operations::sweep::{Scope, Sweep};
use crate::records::MaintenanceRow;
use crate::records::accounts::audit::AuditRow;
use crate::records::maintenance::ONLY;
use crate::service::metrics;
use crate::service::shared::Service;
use crate::service::youku::Youku;

/// What one round of maintenance removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Maintained {
    /// Leftovers of crashes, and what had expired.
    pub sweep: Sweep,
    /// Audit entries that were older than
    /// [`Policy::audit_retention`](crate::Policy::audit_retention).
    pub audit_entries: u64,
    /// Events that were too old or too many, or whose subscriber is gone; see [`EventPolicy`](crate::EventPolicy).
    pub events: u64,
}

impl Maintained {
    /// What was removed, by the names that the metrics use.
    fn by_kind(&self) -> [(&'static str, u64); 8] {
        let sweep = &self.sweep;
        [
            ("uploads", sweep.uploads),
            ("staged_files", sweep.staged_files),
            ("collected_movies", sweep.collected_movies),
            ("objects", sweep.objects),
            ("sessions", sweep.sessions),
            ("invites", sweep.invites),
            ("audit_entries", self.audit_entries),
            ("events", self.events),
        ]
    }
}

impl Youku {
    /// Runs rounds of [maintenance](Self::maintenance) until the service is [closed](Self::close):
    /// the first at once, and the others with a pause of
    /// [`Policy::maintenance_interval`](crate::Policy::maintenance_interval) in between. A round
    /// that fails is logged as a warning and retried after the pause, or after a minute if that is
    /// shorter.
    ///
    /// Nothing runs by itself, so the host runs this future, in a task of its own or alongside
    /// other futures. Every node may run it: of all nodes one lists the store of movies in each
    /// interval.
    ///
    /// ```no_run
    /// # async fn example(youku: youku_core::Youku) {
    /// let maintenance = tokio::spawn(youku.clone().maintenance());
    /// // Serve, and at the end:
    /// maintenance.abort();
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, a part of a round is done; another round does the rest.
    pub async fn maintenance(self) {
        let mut closed = self.0.closed.subscribe();
        tokio::select! {
            // The sender lives in `self`, so the channel does not close.
            _ = closed.wait_for(|closed| *closed) => {}
            () = self.rounds() => {}
        }
    }

    /// Runs one round of maintenance: a [sweep](Self::sweep), and the removal of audit entries that
    /// are too old. Moments that a clock which was ahead has stored count from now on, if they are
    /// further in the future than the policy allows. It lists the store of movies, whatever other
    /// nodes do. It works in small batches, so that no client waits long for it.
    ///
    /// # Errors
    ///
    /// Those of [`sweep`](Self::sweep).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, a part of the work is done; another round does the rest.
    pub async fn maintain_once(&self) -> Result<Maintained> {
        self.maintain(true).await
    }

    async fn maintain(&self, lists_store: bool) -> Result<Maintained> {
        let scope = Scope {
            clock: self.0.begin_round().await?,
            store: lists_store,
            limits: true,
        };
        let (mut audit_entries, mut events) = (0, 0);
        if scope.clock {
            audit_entries = old_audit(&self.0).await?;
            events = expiry::remove(&self.0).await?;
        }
        let maintained = Maintained {
            audit_entries,
            events,
            sweep: self.sweep_in(scope).await?,
        };
        self.0.count_password_costs().await?;
        metrics::maintained(&maintained.by_kind());
        tracing::debug!(?maintained, "a round of maintenance completed");
        Ok(maintained)
    }

    /// Runs one round. It lists the store unless another node has done so in the last interval.
    async fn maintain_in_turn(&self) -> Result<Maintained> {
        let claim = claim(&self.0).await?;
        let maintained = self.maintain(claim.is_some()).await;
        if let (Err(_), Some(claimed_at)) = (&maintained, claim) {
            // The next round, of this node or another one, tries again.
            release(&self.0, claimed_at).await?;
        }
        maintained
    }

    async fn rounds(&self) {
        let service = &*self.0;
        loop {
            let pause = match self.maintain_in_turn().await {
                Ok(_) => service.policy.maintenance_interval,
                Err(error) => {
                    metrics::maintenance_failed();
                    tracing::warn!(
                        ?error,
                        "a round of maintenance failed; it is retried after a pause"
                    );
                    service.policy.maintenance_interval.min(RETRY)
                }
            };
            let next = after(service.clock.now(), pause);
            service.clock.sleep_until(next).await;
        }
    }
}

/// Claims the listing of the store for this node, and returns the moment of the claim. Nothing when another node has claimed
/// it within the last interval. A claim in the future was made by a clock that was ahead, and counts for nothing.
async fn claim(service: &Service) -> Result<Option<Timestamp>> {
    let now = service.now();
    let over = before(now, service.policy.maintenance_interval);
    let free = MaintenanceRow::CLAIMED_AT.is_null();
    let free = free.or(MaintenanceRow::CLAIMED_AT.le(over));
    let free = free.or(MaintenanceRow::CLAIMED_AT.gt(now));
    let claimed = service
        .write(async |tx| {
            let row = MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY)).filter(free.clone());
            Ok(row.set(MaintenanceRow::CLAIMED_AT, now).update(tx).await?)
        })
        .await?;
    Ok((claimed > 0).then_some(now))
}

async fn release(service: &Service, claimed_at: Timestamp) -> Result<()> {
    service
        .write(async |tx| {
            let row = MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY));
            let row = row.filter(MaintenanceRow::CLAIMED_AT.eq(claimed_at));
            Ok(row.set(MaintenanceRow::CLAIMED_AT, None).update(tx).await?)
        })
        .await
        .map(drop)
}

/// The longest pause after a round that failed.
const RETRY: std::time::Duration = std::time::Duration::from_secs(60);

/// Keys ascend with time, so only the oldest entries are read.
async fn old_audit(service: &Service) -> Result<u64> {
    let Some(retention) = service.policy.audit_retention else {
        return Ok(0);
    };
    let over = before(service.now(), retention);
    let mut removed = 0;
    loop {
        // An entry in the future was written by a clock that was ahead; it does not hide older ones.
        let oldest = AuditRow::filter(AuditRow::CREATE_TIME.le(service.now()))
            .order_by(AuditRow::A_ID.asc())
            .limit(BATCH);
        let oldest = oldest.select((AuditRow::A_ID, AuditRow::CREATE_TIME));
        let oldest = oldest.all(&service.db).await?;
        let old = oldest.iter().take_while(|(_, time)| *time < over);
        let old: Vec<_> = old.map(|(key, _)| *key).collect();
        if old.is_empty() {
            return Ok(removed);
        }
        let rows = AuditRow::filter(AuditRow::A_ID.in_(old));
        removed += service.delete(&rows).await?;
    }
}
