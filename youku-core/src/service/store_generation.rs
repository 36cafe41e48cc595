//! Whether the database is older than its store.
//!
//! The transaction that lists a movie increments a number in the database, and the store gets the same number after the
//! commit. A crash in between leaves the store with a lower number, which is written again by the next round. So the store's
//! number is at most that of the database, unless the database was restored from a backup: then the
//! store has bytes of which the database knows nothing, and a service removes nothing until the operator says that the
//! restored database is to be used.

use jiff::Timestamp;
use tokio::sync::Mutex;
use youku_orm::{Database, Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;
use crate::service::shared::Service;
use crate::service::store_identity;
use crate::service::youku::Youku;

/// The highest number that this process knows the store to have. Writers hold the lock, so that a later number is not
/// replaced by an earlier one; those that waited for it write nothing if a later number is there.
#[derive(Debug, Default)]
pub(crate) struct StoreGeneration(Mutex<u64>);

/// Increments the number inside the transaction that lists a movie, and returns it.
pub(crate) async fn next_generation(tx: &mut Transaction) -> Result<u64> {
    MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY))
        .set(MaintenanceRow::GENERATION, MaintenanceRow::GENERATION + 1)
        .update(&mut *tx)
        .await?;
    Ok(MaintenanceRow::get(tx, ONLY).await?.generation)
}

/// Records that the database is older than its store.
pub(crate) async fn doubt(db: &Database, now: Timestamp) -> Result<()> {
    let row = MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY));
    row.set(MaintenanceRow::RESTORED_AT, now).update(db).await?;
    Ok(())
}

/// Whether the operator has to accept the database: it is older than a store with this number, or was at an earlier call.
fn is_older(row: &MaintenanceRow, generation: u64) -> bool {
    row.restored_at.is_some() || generation > row.generation
}

impl Service {
    /// Writes the number of a transaction that has committed to the store. A failure is logged: the store then has a lower
    /// number until the next movie is listed.
    pub(crate) async fn record_generation(&self, generation: u64) {
        let Some(identity) = self.blobs.identity() else {
            return;
        };
        let mut known = self.generation.0.lock().await;
        if *known >= generation {
            return;
        }
        match identity.write_generation(generation).await {
            Ok(()) => *known = generation,
            Err(error) => tracing::warn!(
                ?error,
                "cannot write the number of the last listing to the store"
            ),
        }
    }

    /// Whether a database that was restored was noticed earlier, and the operator has not accepted it. It asks no store.
    pub(crate) async fn is_doubted(&self) -> Result<bool> {
        let row = MaintenanceRow::get(&self.db, ONLY).await?;
        Ok(row.restored_at.is_some())
    }

    /// Whether the database was restored from an older backup, now or at an earlier call, and the operator has not accepted
    /// that. It is logged as an error. A lower number of the store is written again.
    pub(crate) async fn is_database_restored(&self) -> Result<bool> {
        // In this order: a listing in between increments the number of the database only.
        let generation = self.store_generation().await?;
        let row = MaintenanceRow::get(&self.db, ONLY).await?;
        if is_older(&row, generation) {
            if row.restored_at.is_none() {
                doubt(&self.db, self.now()).await?;
            }
            tracing::error!(
                database = row.generation,
                store = generation,
                "the database does not know all movies of its store: it is new, or was restored from a backup; nothing is removed until \
                 `youku-server sweep --accept-database` or `Youku::accept_database`"
            );
            return Ok(true);
        }
        if generation < row.generation && self.blobs.identity().is_some() {
            self.repair_generation(row.generation).await?;
        }
        Ok(false)
    }

    /// Writes the number of the database to the store, which a crash or a failed write has left with a lower one. In that time
    /// the database may have been restored from a backup without a sign of it.
    ///
    /// # Errors
    ///
    /// `bad_request` on `movies` for a folder without the name of the store: a disk that is not mounted has no number either.
    async fn repair_generation(&self, generation: u64) -> Result<()> {
        store_identity::require(&self.db, &self.blobs).await?;
        let row = MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY));
        row.set(MaintenanceRow::REPAIRED_AT, self.now())
            .update(&self.db)
            .await?;
        self.record_generation(generation).await;
        Ok(())
    }

    /// The same as [`is_database_restored`](Self::is_database_restored), without recording, repairing or logging anything.
    pub(crate) async fn is_database_older(&self) -> Result<bool> {
        let generation = self.store_generation().await?;
        let row = MaintenanceRow::get(&self.db, ONLY).await?;
        Ok(is_older(&row, generation))
    }

    /// The number in the store; 0 for a store in memory.
    async fn store_generation(&self) -> Result<u64> {
        let Some(identity) = self.blobs.identity() else {
            return Ok(0);
        };
        let mut known = self.generation.0.lock().await;
        *known = identity.generation().await?;
        Ok(*known)
    }
}

impl Youku {
    /// Declares that this database is the right one, although the store knows more listings of movies than the database:
    /// the database was restored from an older backup. Until then [`sweep`](Self::sweep) removes nothing.
    ///
    /// Every grace begins again then: bytes that belong to no row of this database stay for
    /// [`Policy::orphan_grace`](crate::Policy::orphan_grace) more, and the bytes of movies that are deleted in it for
    /// [`Policy::restore_window`](crate::Policy::restore_window). Returns whether the database was older; nothing changes if it
    /// was not.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::Code::BadRequest) on `movies` when the store does not belong to the database, for example
    /// because a disk is not mounted; [`Code::Unavailable`](crate::Code::Unavailable),
    /// [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the database may or may not be accepted; calling again accepts it.
    pub async fn accept_database(&self) -> Result<bool> {
        let service = &*self.0;
        store_identity::require(&service.db, &service.blobs).await?;
        let generation = service.store_generation().await?;
        let now = service.now();
        service
            .write(async |tx| {
                let row = MaintenanceRow::get(&mut *tx, ONLY).await?;
                if !is_older(&row, generation) {
                    return Ok(false);
                }
                MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY))
                    .set(MaintenanceRow::GENERATION, generation.max(row.generation))
                    .set(MaintenanceRow::RESTORED_AT, None)
                    .set(MaintenanceRow::ACCEPTED_AT, now)
                    .update(tx)
                    .await?;
                Ok::<_, Error>(true)
            })
            .await
    }
}
