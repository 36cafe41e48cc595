//! Limiting how many downloads are open at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::host::policy::Policy;

/// When to try again. It is a guess, because the end of a download cannot be predicted.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The downloads of this program that are open.
#[derive(Debug, Default, Clone)]
pub(crate) struct Slots(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: u32,
    by_user: HashMap<UserId, u32>,
}

impl Slots {
    /// # Errors
    ///
    /// `rate_limited` when the user, or all users together, have as many open downloads as the
    /// policy allows.
    pub(crate) fn take(&self, user: UserId, policy: &Policy) -> Result<Slot> {
        let mut taken = self.taken();
        let of_user = taken.by_user.get(&user).copied().unwrap_or(0);
        let full = |most: Option<u32>, now| most.is_some_and(|most| now >= most);
        if full(policy.max_downloads_per_user, of_user) {
            let text = "you have as many downloads open as one user may have";
            return Err(Error::rate_limited(text, RETRY_AFTER));
        }
        if full(policy.max_downloads, taken.all) {
            let text = "too many downloads are open right now";
            return Err(Error::rate_limited(text, RETRY_AFTER));
        }
        taken.all += 1;
        taken.by_user.insert(user, of_user + 1);
        Ok(Slot {
            user,
            slots: self.clone(),
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One download that is open, until it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    user: UserId,
    slots: Slots,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.all -= 1;
        if let Entry::Occupied(mut count) = taken.by_user.entry(self.user) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_that_are_given_back_leave_nothing() {
        let (slots, policy) = (Slots::default(), Policy::default());
        let taken: Vec<_> = (0..9)
            .map(|n| slots.take(UserId::new(n % 2), &policy).unwrap())
            .collect();
        assert_eq!(slots.taken().by_user.len(), 2);
        drop(taken);
        let left = slots.taken();
        assert_eq!((left.all, left.by_user.len()), (0, 0));
    }
}
