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
    /// When the operator last did so. Every grace begins again then.
    pub(crate) accepted_at: Option<Timestamp>,
    /// When the store last had a lower number, which was then written again.
    pub(crate) repaired_at: Option<Timestamp>,
    /// When the last round began, by the service's clock.
    pub(crate) round_at: Option<Timestamp>,
    /// The same moment by the clock of a database on another machine.
    pub(crate) round_reference: Option<Timestamp>,
    /// The name of the clock that cannot be set, of the machine or process that ran the round.
    #[model(length = 64)]
    pub(crate) round_clock: Option<String>,
    /// The same moment by that clock.
    pub(crate) round_time: Option<Timestamp>,
    /// These four of the last round that believed its clock.
    pub(crate) trusted_at: Option<Timestamp>,
    pub(crate) trusted_reference: Option<Timestamp>,
    #[model(length = 64)]
    pub(crate) trusted_clock: Option<String>,
    pub(crate) trusted_time: Option<Timestamp>,
    /// When the first round noticed the last jump of the clock, by the clock after the jump; none if the clock is believed.
    pub(crate) jumped_at: Option<Timestamp>,
    /// When a node last began to list the store.
    pub(crate) claimed_at: Option<Timestamp>,
    /// A secret of the database: see [`PasswordCosts`](crate::service::password_costs::PasswordCosts).
    #[model(length = 64)]
    pub(crate) login_key: Option<String>,
}
