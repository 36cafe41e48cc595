//! Permits that limit how many downloads are open at once.
//!
//! The counts are those of the permits that exist: [`acquire`](DownloadPermits::acquire) checks both
//! limits and counts under one lock, and dropping a permit uncounts it. A user without a permit has
//! no entry in the map, so its size is bounded by the open downloads.
//!
//! Each permit also knows its movie, so that the downloads of a movie whose bytes are purged can be ended.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::basics::error::{Error, Result};
use crate::basics::id::{MovieId, UserId};
use crate::host::policy::Policy;

/// When to try again. It is a guess, because the end of a download cannot be predicted.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The downloads of this program that are open.
#[derive(Debug, Default, Clone)]
pub(crate) struct DownloadPermits(Arc<Mutex<OpenCounts>>);

#[derive(Debug, Default)]
struct OpenCounts {
    all: u32,
    by_user: HashMap<UserId, u32>,
    /// Every open download by its number.
    open: HashMap<u64, OpenDownload>,
    next: u64,
}

#[derive(Debug)]
struct OpenDownload {
    movie: MovieId,
    is_ended: Arc<AtomicBool>,
}

impl DownloadPermits {
    /// # Errors
    ///
    /// `rate_limited` when the user, or all users together, have as many open downloads as the
    /// policy allows.
    pub(crate) fn acquire(
        &self,
        user: UserId,
        movie: MovieId,
        policy: &Policy,
    ) -> Result<DownloadPermit> {
        let mut counts = self.counts();
        let of_user = counts.by_user.get(&user).copied().unwrap_or(0);
        let full = |most: Option<u32>, now| most.is_some_and(|most| now >= most);
        if full(policy.max_downloads_per_user, of_user) {
            let text = "you have reached the limit of open downloads for one user; end one first";
            return Err(Error::rate_limited(text, RETRY_AFTER));
        }
        if full(policy.max_downloads, counts.all) {
            let text = "too many downloads are open right now; try again later";
            return Err(Error::rate_limited(text, RETRY_AFTER));
        }
        counts.all += 1;
        counts.by_user.insert(user, of_user + 1);
        let number = counts.next;
        counts.next += 1;
        let is_ended = Arc::new(AtomicBool::new(false));
        let open = OpenDownload {
            movie,
            is_ended: is_ended.clone(),
        };
        counts.open.insert(number, open);
        Ok(DownloadPermit {
            user,
            number,
            is_ended,
            permits: self.clone(),
        })
    }

    /// Ends every open download of a movie: it gives no more bytes.
    pub(crate) fn end(&self, movie: MovieId) {
        let counts = self.counts();
        let open = counts.open.values().filter(|open| open.movie == movie);
        open.for_each(|open| open.is_ended.store(true, Ordering::Relaxed));
    }

    fn counts(&self) -> MutexGuard<'_, OpenCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One download that is open, until it is dropped.
#[derive(Debug)]
pub(crate) struct DownloadPermit {
    user: UserId,
    number: u64,
    is_ended: Arc<AtomicBool>,
    permits: DownloadPermits,
}

impl DownloadPermit {
    /// # Errors
    ///
    /// `not_found` when the movie was purged.
    pub(crate) fn require_open(&self) -> Result<()> {
        if self.is_ended.load(Ordering::Relaxed) {
            return Err(Error::no_such_movie());
        }
        Ok(())
    }
}

impl Drop for DownloadPermit {
    fn drop(&mut self) {
        let mut counts = self.permits.counts();
        counts.all -= 1;
        counts.open.remove(&self.number);
        if let Entry::Occupied(mut count) = counts.by_user.entry(self.user) {
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
    fn released_permits_leave_no_counts() {
        let (permits, policy) = (DownloadPermits::default(), Policy::default());
        let taken: Vec<_> = (0..9)
            .map(|n| {
                permits
                    .acquire(UserId::new(n % 2), MovieId::new(n), &policy)
                    .unwrap()
            })
            .collect();
        assert_eq!(permits.counts().by_user.len(), 2);
        permits.end(MovieId::new(4));
        let ended: Vec<_> = taken
            .iter()
            .map(|taken| taken.require_open().is_err())
            .collect();
        assert!((0..9).all(|n| ended[n] == (n == 4)));
        drop(taken);
        let left = permits.counts();
        assert_eq!((left.all, left.by_user.len(), left.open.len()), (0, 0, 0));
    }
}
