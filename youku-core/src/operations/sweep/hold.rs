//! What holds a sweep back, and how much of a sweep a round does.

/// What holds a sweep back, until it is over or an operator has looked at it. Each is logged as an error.
///
/// A sweep that is held back removes nothing, neither rows nor bytes, except what the service itself has given up before: bytes
/// that were [purged](crate::Admin::purge), and bytes of uploads that were aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hold {
    /// The store knows more listings of movies than the database, which was therefore restored from an older backup.
    /// [`Youku::accept_database`](crate::Youku::accept_database) ends it.
    DatabaseRestored,
    /// The clock has jumped since the last sweep that believed it. It ends when the clock is back, when it has run for
    /// [`Policy::clock_grace`](crate::Policy::clock_grace) without another jump, or by
    /// [`Youku::accept_clock`](crate::Youku::accept_clock). Uploads whose process is gone end nevertheless, because that needs
    /// no clock.
    ClockJumped,
    /// The bytes of more movies may be missing than one sweep hides; see
    /// [`Policy::round_limit`](crate::Policy::round_limit). None was hidden. It ends when the bytes are back, or by
    /// [`Youku::accept_missing`](crate::Youku::accept_missing).
    StoreIncomplete,
}

impl Hold {
    /// The hold by the name that the metrics use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DatabaseRestored => "database_restored",
            Self::ClockJumped => "clock_jumped",
            Self::StoreIncomplete => "store_incomplete",
        }
    }
}

/// How a round of maintenance sweeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// Whether the clock of the round can be believed.
    pub(crate) clock: bool,
    /// Whether the round lists the store; another node may have done it.
    pub(crate) store: bool,
    /// Whether the round brings stored moments back to what the policy allows. Only a service that runs does: the policy of a
    /// program that sweeps once may be another one.
    pub(crate) limits: bool,
}
