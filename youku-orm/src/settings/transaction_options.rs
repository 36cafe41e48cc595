//! What kind of transaction to begin.

/// How a transaction is isolated from others; see [`Database::begin_with`](crate::Database::begin_with).
///
/// SQLite always isolates transactions as if they ran one after another, which is `Serializable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// Every statement sees what was committed before the first one.
    RepeatableRead,
    /// As if transactions ran one after another.
    Serializable,
}

/// What kind of transaction to begin; see [`Database::begin_with`](crate::Database::begin_with).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionOptions {
    /// Refuse to write. On SQLite the transaction then takes a reading connection, and any number of such
    /// transactions run at the same time as the writing one. Default: false.
    pub read_only: bool,
    /// The isolation level. Default: the server's setting, which is `RepeatableRead` on a fresh MySQL.
    pub isolation: Option<Isolation>,
}

impl TransactionOptions {
    /// Refuses to write.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Chooses how the transaction is isolated from others.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }
}
