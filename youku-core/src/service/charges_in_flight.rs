//! The charges that tasks of this program are settling.
//!
//! The invariant: a key is in the map exactly as long as at least one [`ChargeInFlight`] of it
//! exists, and the count stored with its lock is their number. So no task of this program is asking
//! the provider about a pending bill whose key is absent: its task has ended without an answer, it
//! was left by a crash, or it is the bill of another program. Whichever it is, the bill may be settled
//! again, because the provider charges once for an idempotency key and one transaction closes the
//! bill.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedMutexGuard;

type ChargeLock = Arc<tokio::sync::Mutex<()>>;

/// The keys of the charges in flight. The calls to the provider for one key are made one after the
/// other: a task calls it only while it holds the key's lock.
#[derive(Debug, Default, Clone)]
pub(crate) struct ChargesInFlight(Arc<Mutex<HashMap<String, (usize, ChargeLock)>>>);

impl ChargesInFlight {
    /// Registers a task that settles the charge, until the returned value is dropped.
    pub(crate) fn register(&self, key: &str) -> ChargeInFlight {
        let mut charges = self.charges();
        let (count, lock) = charges.entry(key.to_owned()).or_default();
        *count += 1;
        ChargeInFlight {
            key: key.to_owned(),
            lock: lock.clone(),
            all: self.clone(),
        }
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.charges().contains_key(key)
    }

    fn charges(&self) -> MutexGuard<'_, HashMap<String, (usize, ChargeLock)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The registration of one task that settles a charge.
#[derive(Debug)]
pub(crate) struct ChargeInFlight {
    key: String,
    lock: ChargeLock,
    all: ChargesInFlight,
}

impl ChargeInFlight {
    /// Waits until no other task is settling the charge. No task waits for it while holding another
    /// charge's lock, so there is no deadlock.
    pub(crate) async fn lock(&self) -> OwnedMutexGuard<()> {
        self.lock.clone().lock_owned().await
    }
}

impl Drop for ChargeInFlight {
    fn drop(&mut self) {
        if let Entry::Occupied(mut charge) = self.all.charges().entry(self.key.clone()) {
            charge.get_mut().0 -= 1;
            if charge.get().0 == 0 {
                charge.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_in_flight_until_its_last_registration_is_dropped() {
        let charges = ChargesInFlight::default();
        let (one, other) = (charges.register("a"), charges.register("a"));
        drop(one);
        assert!(charges.contains("a") && !charges.contains("b"));
        drop(other);
        assert!(!charges.contains("a"));
    }

    #[tokio::test]
    async fn one_task_at_a_time_holds_the_lock_of_a_charge() {
        let charges = ChargesInFlight::default();
        let (one, other) = (charges.register("a"), charges.register("a"));
        let lock = one.lock().await;
        assert!(other.lock.try_lock().is_err());
        drop(lock);
        other.lock().await;
    }
}
