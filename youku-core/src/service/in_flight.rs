//! The charges that this program is settling.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedMutexGuard;

type Turn = Arc<tokio::sync::Mutex<()>>;

/// The keys of charges that tasks of this program are settling. The calls to the provider for one
/// key are made one after the other.
#[derive(Debug, Default, Clone)]
pub(crate) struct InFlight(Arc<Mutex<HashMap<String, (usize, Turn)>>>);

impl InFlight {
    /// Registers a task that settles the charge, until the flight is dropped.
    pub(crate) fn enter(&self, key: &str) -> Flight {
        let mut flights = self.flights();
        let (count, turn) = flights.entry(key.to_owned()).or_default();
        *count += 1;
        Flight {
            key: key.to_owned(),
            turn: turn.clone(),
            all: self.clone(),
        }
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.flights().contains_key(key)
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<String, (usize, Turn)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the tasks that settle a charge.
#[derive(Debug)]
pub(crate) struct Flight {
    key: String,
    turn: Turn,
    all: InFlight,
}

impl Flight {
    /// Waits until no other task is settling the charge.
    pub(crate) async fn turn(&self) -> OwnedMutexGuard<()> {
        self.turn.clone().lock_owned().await
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Entry::Occupied(mut flight) = self.all.flights().entry(self.key.clone()) {
            flight.get_mut().0 -= 1;
            if flight.get().0 == 0 {
                flight.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_in_flight_until_the_last_one_leaves() {
        let flights = InFlight::default();
        let (one, other) = (flights.enter("a"), flights.enter("a"));
        drop(one);
        assert!(flights.contains("a") && !flights.contains("b"));
        drop(other);
        assert!(!flights.contains("a"));
    }

    #[tokio::test]
    async fn turns_come_one_after_the_other() {
        let flights = InFlight::default();
        let (one, other) = (flights.enter("a"), flights.enter("a"));
        let turn = one.turn().await;
        assert!(other.turn.try_lock().is_err());
        drop(turn);
        other.turn().await;
    }
}
