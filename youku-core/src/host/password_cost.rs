//! The cost of hashing passwords.

/// What hashing a password with Argon2id costs (RFC 9106).
///
/// After a change of the cost, each stored password is hashed again at the next log-in of its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB, at least 8 for each lane. Default: 19456.
    pub memory_kib: u32,
    /// Passes over that memory, at least 1. Default: 2.
    pub passes: u32,
    /// Lanes, at least 1; they are computed one after the other. Default: 1.
    pub lanes: u32,
}

impl Default for PasswordCost {
    /// The first recommendation of the OWASP Password Storage Cheat Sheet for Argon2id that needs
    /// less than 20 MiB.
    fn default() -> Self {
        Self {
            memory_kib: 19456,
            passes: 2,
            lanes: 1,
        }
    }
}
