//! How many requests a user may send.
//!
//! Each user has an allowance of requests, which is regained at a constant rate (the generic cell rate algorithm, ITU-T I.371,
//! annex A). Only the moment is kept at which a user will have regained all of it, and only for users who have not yet. So the
//! size of the map is bounded by the users who have sent requests in the last few seconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::host::clock::{after, between};
use crate::host::policy::Policy;

/// Users who have regained their allowance are forgotten when there are this many.
const MANY: usize = 4096;

/// The requests of this program's users.
#[derive(Debug, Default)]
pub(crate) struct RequestRates(Mutex<HashMap<UserId, Timestamp>>);

impl RequestRates {
    /// Counts a request of `user`.
    ///
    /// # Errors
    ///
    /// `rate_limited` when the user has used up the allowance.
    pub(crate) fn count(&self, user: UserId, now: Timestamp, policy: &Policy) -> Result<()> {
        let Some(rate) = policy.requests_per_second else {
            return Ok(());
        };
        let one = Duration::from_secs(1) / rate;
        let all = one.saturating_mul(policy.request_burst);
        let mut full_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nobody wait for longer than for the whole allowance.
        let used = full_at
            .get(&user)
            .map_or(Duration::ZERO, |full_at| between(now, *full_at).min(all));
        let wait = (used + one).saturating_sub(all);
        if !wait.is_zero() {
            let text = "you send too many requests; try again later";
            return Err(Error::rate_limited(text, wait));
        }
        if full_at.len() >= MANY {
            full_at.retain(|_, full_at| *full_at > now);
        }
        full_at.insert(user, after(now, used + one));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy {
            requests_per_second: Some(2),
            request_burst: 3,
            ..Policy::default()
        }
    }

    #[test]
    fn requests_are_regained_one_by_one() {
        let (rates, policy, user) = (RequestRates::default(), policy(), UserId::new(1));
        let at = |millis| after(Timestamp::UNIX_EPOCH, Duration::from_millis(millis));
        let wait = |user, millis| {
            let counted = rates.count(user, at(millis), &policy);
            counted.err().and_then(|error| error.retry_after())
        };
        for _ in 0..3 {
            assert_eq!(wait(user, 10_000), None);
        }
        assert_eq!(wait(user, 10_000), Some(Duration::from_millis(500)));
        assert_eq!(wait(UserId::new(2), 10_000), None);
        assert_eq!(wait(user, 10_400), Some(Duration::from_millis(100)));
        assert_eq!(wait(user, 10_500), None);
        // The clock was set back.
        assert_eq!(wait(user, 0), Some(Duration::from_millis(500)));
        assert_eq!(wait(user, 20_000), None);
    }

    #[test]
    fn users_who_send_nothing_are_forgotten() {
        let (rates, policy) = (RequestRates::default(), policy());
        let start = Timestamp::UNIX_EPOCH;
        for user in 0..MANY as u64 {
            assert!(rates.count(UserId::new(user), start, &policy).is_ok());
        }
        let later = after(start, Duration::from_secs(60));
        assert!(rates.count(UserId::new(u64::MAX), later, &policy).is_ok());
        assert_eq!(rates.0.lock().unwrap().len(), 1);
    }
}
