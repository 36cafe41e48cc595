//! What maintenance remembers from one round to the next.

use youku_orm::{Model, Timestamp};

/// The key of the only row of [`MaintenanceRow`], which a migration inserts.
pub(crate) const ONLY: u32 = 1;

/// The state of maintenance, in one row.
#[derive(Debug, Clone, Model)]
#[model(table = "maintenance")]
pub(crate) struct MaintenanceRow {
    /// Always [`ONLY`].
    #[model(primary_key)]
    pub(crate) mt_id: u32,
    /// How often a movie was listed. The store has the same number or, for a moment, a lower one; a higher one means that the
    /// database was restored from an older backup.
    #[model(default = 0)]
    pub(crate) generation: u64,
    /// When that was noticed; none again when the operator has accepted the database.
    pub(crate) restored_at: Option<Timestamp>,
    /// When the operator last did so.
    pub(crate) accepted_at: Option<Timestamp>,
    /// When the last round began, by the service's clock.
    pub(crate) round_at: Option<Timestamp>,
    /// The same moment by another clock: that of the database.
    pub(crate) round_reference: Option<Timestamp>,
    /// When a node last began to list the store.
    pub(crate) claimed_at: Option<Timestamp>,
}
