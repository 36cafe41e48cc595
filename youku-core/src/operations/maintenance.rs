//! Periodic work for as long as a service runs.

use youku_orm::Model;

use crate::basics::error::Result;
use crate::host::clock::{after, before};
use crate::operations::batch::BATCH;
use crate::operations::sweep::Sweep;
use crate::records::accounts::audit::AuditRow;
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
}

impl Maintained {
    /// What was removed, by the names that the metrics use.
    fn by_kind(&self) -> [(&'static str, u64); 7] {
        let sweep = &self.sweep;
        [
            ("uploads", sweep.uploads),
            ("staged_files", sweep.staged_files),
            ("collected_movies", sweep.collected_movies),
            ("objects", sweep.objects),
            ("sessions", sweep.sessions),
            ("invites", sweep.invites),
            ("audit_entries", self.audit_entries),
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
    /// other futures. Every node may run it.
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
    /// are too old. It works in small batches, so that no client waits long for it.
    ///
    /// # Errors
    ///
    /// Those of [`sweep`](Self::sweep).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, a part of the work is done; another round does the rest.
    pub async fn maintain_once(&self) -> Result<Maintained> {
        let maintained = Maintained {
            audit_entries: old_audit(&self.0).await?,
            sweep: self.sweep().await?,
        };
        metrics::maintained(&maintained.by_kind());
        tracing::debug!(?maintained, "a round of maintenance completed");
        Ok(maintained)
    }

    async fn rounds(&self) {
        let service = &*self.0;
        loop {
            let pause = match self.maintain_once().await {
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
        let oldest = AuditRow::query()
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
