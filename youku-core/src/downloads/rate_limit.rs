//! Limiting the rate of a download.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::host::clock::{Clock, after};

/// Limits a download to a number of bytes per second.
#[derive(Debug)]
pub(super) struct RateLimit {
    clock: Arc<dyn Clock>,
    /// Bytes per second.
    rate: u64,
    /// When the next bytes may be sent.
    next: Timestamp,
}

/// The least and the most bytes of one portion.
const PORTION: (u64, u64) = (512, 256 << 10);

impl RateLimit {
    pub(super) fn new(rate: u64, clock: Arc<dyn Clock>) -> Self {
        let next = clock.now();
        Self { clock, rate, next }
    }

    /// The most bytes to give at once: those of an eighth of a second, so that the download flows
    /// evenly.
    pub(super) fn portion(&self) -> usize {
        let portion = (self.rate / 8).clamp(PORTION.0, PORTION.1);
        usize::try_from(portion).unwrap_or(usize::MAX)
    }

    /// Waits until the next bytes may be sent. It waits for at most the time of one portion, even
    /// when the clock was set back.
    pub(super) async fn ready(&mut self) {
        let latest = after(self.clock.now(), self.time(self.portion()));
        self.next = self.next.min(latest);
        self.clock.sleep_until(self.next).await;
    }

    /// Records that `bytes` were sent. Time in which the reader took no bytes is not made up for.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.next = after(self.next.max(self.clock.now()), self.time(bytes));
    }

    /// How long it takes to send this many bytes.
    fn time(&self, bytes: usize) -> Duration {
        let nanoseconds = bytes as u128 * 1_000_000_000 / u128::from(self.rate);
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::host::clock::{Sleep, before, between};

    /// A clock that the test sets by hand, and that records how long it was slept on.
    #[derive(Debug)]
    struct Set(Mutex<(Timestamp, Duration)>);

    impl Clock for Set {
        fn now(&self) -> Timestamp {
            self.0.lock().unwrap().0
        }

        fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
            let mut clock = self.0.lock().unwrap();
            clock.1 = between(clock.0, deadline);
            clock.0 = clock.0.max(deadline);
            Box::pin(std::future::ready(()))
        }
    }

    #[tokio::test]
    async fn clock_that_is_set_back_does_not_stop_a_download() {
        let clock = Arc::new(Set(Mutex::new((Timestamp::now(), Duration::ZERO))));
        let mut rate_limit = RateLimit::new(8_000, clock.clone());
        rate_limit.ready().await;
        rate_limit.spend(1_000);
        clock.0.lock().unwrap().0 = before(clock.now(), Duration::from_secs(3600));
        rate_limit.ready().await;
        assert_eq!(clock.0.lock().unwrap().1, Duration::from_millis(125));
        rate_limit.spend(1_000);
        rate_limit.ready().await;
        assert_eq!(clock.0.lock().unwrap().1, Duration::from_millis(125));
    }
}
