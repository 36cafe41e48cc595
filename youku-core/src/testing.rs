//! A clock that moves only by hand and randomness that repeats, for the tests of programs that
//! embed the service.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::host::clock::{Clock, Sleep, after};
pub use crate::host::seeded_randomness::SeededRandomness;

/// A clock that moves only when a test advances it, so that a wait of 30 s takes a millisecond.
///
/// Pass a clone of it to [`Builder::clock`](crate::Builder::clock) and keep one to advance it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::time::Duration;
/// use youku_core::{Clock, Timestamp, testing::ManualClock};
///
/// let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
/// let turned = clock.clone();
/// let sleeper = tokio::spawn(async move {
///     let deadline = "1970-01-01T00:00:30Z".parse().unwrap();
///     turned.sleep_until(deadline).await;
///     turned.now()
/// });
/// clock.sleepers(1).await;
/// clock.advance(Duration::from_secs(30));
/// assert_eq!(sleeper.await.unwrap().to_string(), "1970-01-01T00:00:30Z");
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
    steady: watch::Sender<Timestamp>,
    sleepers: watch::Sender<usize>,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now: watch::Sender::new(now),
            steady: watch::Sender::new(Timestamp::now()),
            sleepers: watch::Sender::new(0),
        }
    }

    /// Moves the clock, and every clone of it, forward by `duration` and wakes the futures that
    /// waited for that.
    pub fn advance(&self, duration: Duration) {
        let advance = |time: &mut Timestamp| *time = after(*time, duration);
        self.steady.send_modify(advance);
        self.now.send_modify(advance);
    }

    /// Sets the clock, and every clone of it, to `now` although no time has passed, as an operator
    /// or a time server does. A round of maintenance notices that; see [`Clock::steady`].
    pub fn set(&self, now: Timestamp) {
        self.now.send_replace(now);
    }

    /// Waits until at least `count` futures of [`Clock::sleep_until`] sleep on this clock.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn sleepers(&self, count: usize) {
        let mut sleepers = self.sleepers.subscribe();
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = sleepers.wait_for(|asleep| *asleep >= count).await;
    }
}

impl Default for ManualClock {
    /// A clock that stops at the present second of the operating system's clock.
    fn default() -> Self {
        let now = Timestamp::now();
        Self::new(Timestamp::from_second(now.as_second()).unwrap_or(now))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    /// The time of the operating system when the clock was made, and as much as it was
    /// [advanced](ManualClock::advance) since.
    fn steady(&self) -> Option<Timestamp> {
        Some(*self.steady.borrow())
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        Box::pin(async move {
            let mut now = self.now.subscribe();
            if *now.borrow() >= deadline {
                return;
            }
            let _counted = Sleeper::new(&self.sleepers);
            let _ = now.wait_for(|now| *now >= deadline).await;
        })
    }
}

/// One future that sleeps, counted from its creation to its end.
struct Sleeper<'a>(&'a watch::Sender<usize>);

impl<'a> Sleeper<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
