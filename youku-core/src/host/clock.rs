//! The clock of the service, which a program or a test can replace with its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// What [`Clock::sleep_until`] returns: a future that may borrow the clock.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tells the time and waits for it.
///
/// Everything that depends on time uses this clock: expiry of sessions, invites and uploads, the
/// wait before a download, memberships, and the times that are stored. The clocks of nodes that
/// share one database must agree to well under
/// [`Policy::download_wait`](crate::Policy::download_wait).
///
/// For tests there is [`testing::ManualClock`](crate::testing::ManualClock).
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Completes as soon as [`now`](Self::now) is at or past `deadline`. When the clock is set back
    /// during the sleep, it may complete earlier, so that no caller sleeps longer than the time
    /// that was left at the start.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_>;

    /// A second time, which advances with [`now`](Self::now) but does not jump when `now` is set. A
    /// round of maintenance believes `now` only if both have advanced by the same since the last
    /// round that did, in this process or another one.
    ///
    /// Default: none. Then the service compares `now` with a clock of the machine that cannot be
    /// set (CLOCK_BOOTTIME on Linux), and with the clock of a MySQL database.
    fn steady(&self) -> Option<Timestamp> {
        None
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        (**self).sleep_until(deadline)
    }

    fn steady(&self) -> Option<Timestamp> {
        (**self).steady()
    }
}

/// The clock of the operating system. Sleeping needs a Tokio runtime with its timer enabled.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// The longest single sleep, so that the service notices a clock that was set forward.
const NAP: Duration = Duration::from_secs(10);

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        Box::pin(sleep_until(|| self.now(), deadline))
    }
}

async fn sleep_until(now: impl Fn() -> Timestamp, deadline: Timestamp) {
    let (start, away) = (Instant::now(), between(now(), deadline));
    loop {
        let left = away.saturating_sub(start.elapsed());
        let left = left.min(between(now(), deadline));
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(NAP)).await;
    }
}

/// The time from `from` to `to`, or zero when `to` is not later.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

/// The moment `duration` after `from`, or the last one there is.
pub(crate) fn after(from: Timestamp, duration: Duration) -> Timestamp {
    from.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// The moment `duration` before `from`, or the first one there is.
pub(crate) fn before(from: Timestamp, duration: Duration) -> Timestamp {
    from.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

/// The same moment without what a column cannot hold: whole microseconds, rounded down.
pub(crate) fn to_microsecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn times_beyond_the_calendar_are_cut_to_it() {
        assert_eq!(
            after(Timestamp::MAX, Duration::from_secs(1)),
            Timestamp::MAX
        );
        assert_eq!(after(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MAX);
        assert_eq!(before(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MIN);
    }

    #[test]
    fn time_to_an_earlier_moment_is_zero() {
        let later = after(Timestamp::UNIX_EPOCH, Duration::from_secs(30));
        assert_eq!(
            between(Timestamp::UNIX_EPOCH, later),
            Duration::from_secs(30)
        );
        assert_eq!(between(later, Timestamp::UNIX_EPOCH), Duration::ZERO);
    }

    #[tokio::test]
    async fn clock_that_is_set_back_does_not_prolong_a_sleep() {
        let start = Timestamp::now();
        let soon = after(start, Duration::from_millis(20));
        let asked = AtomicBool::new(false);
        let set_back = || {
            if !asked.swap(true, Ordering::Relaxed) {
                start
            } else {
                before(start, Duration::from_secs(3600))
            }
        };
        let slept = tokio::time::timeout(Duration::from_secs(60), sleep_until(set_back, soon));
        assert!(slept.await.is_ok());
    }

    #[tokio::test]
    async fn system_clock_wakes_at_once_for_the_past() {
        SystemClock.sleep_until(Timestamp::UNIX_EPOCH).await;
    }
}
