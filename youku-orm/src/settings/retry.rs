//! Which transactions are run again, and when.

use std::time::Duration;

use crate::error::Error;

/// An error that can say whether running the same transaction again may succeed.
///
/// [`Database::transaction_retry`](crate::Database::transaction_retry) asks it. Implement it for
/// your own error by passing the question on to the [`Error`] it wraps.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a transaction may run again",
    label = "not an error that can be asked",
    note = "help: write `impl MaybeRetryable for {Self}`, which asks the `youku_orm::Error` inside"
)]
pub trait MaybeRetryable {
    /// True where a second run of the same closure may succeed.
    fn is_retryable(&self) -> bool;
}

impl MaybeRetryable for Error {
    fn is_retryable(&self) -> bool {
        Error::is_retryable(self)
    }
}

/// Exponential with "equal jitter": half of the time is fixed, half is random
/// (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
pub(crate) fn pause_before_retry(attempt: u32) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let full = 1_000_u64 << (attempt - 1).min(7);
    let random = RandomState::new().hash_one(attempt) % (full / 2);
    Duration::from_micros(full / 2 + random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_grows_to_its_bound_and_is_half_random() {
        for (attempt, full) in [(1, 1_000), (2, 2_000), (8, 128_000), (9, 128_000)] {
            let pauses: Vec<_> = (0..32).map(|_| pause_before_retry(attempt)).collect();
            let bounds = Duration::from_micros(full / 2)..Duration::from_micros(full);
            assert!(
                pauses.iter().all(|pause| bounds.contains(pause)),
                "{pauses:?}"
            );
            assert!(
                pauses.iter().any(|pause| *pause != pauses[0]),
                "no two rivals wait alike"
            );
        }
    }
}
