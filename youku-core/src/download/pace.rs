//! How fast the bytes of a download come.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::{Clock, after};

/// Holds a download to so many bytes a second.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Arc<dyn Clock>,
    /// Bytes per second.
    rate: u64,
    /// When the next bytes may go.
    next: Timestamp,
}

/// The least and the most bytes of one portion.
const PORTION: (u64, u64) = (512, 256 << 10);

impl Pace {
    pub(super) fn new(rate: u64, clock: Arc<dyn Clock>) -> Self {
        let next = clock.now();
        Self { clock, rate, next }
    }

    /// The most bytes to give at once: those of an eighth of a second, so that they flow.
    pub(super) fn portion(&self) -> usize {
        let portion = (self.rate / 8).clamp(PORTION.0, PORTION.1);
        usize::try_from(portion).unwrap_or(usize::MAX)
    }

    /// Waits until the next bytes may go.
    pub(super) async fn ready(&self) {
        self.clock.sleep_until(self.next).await;
    }

    /// Notes that so many went. Time in which nobody took any is not made up for.
    pub(super) fn spend(&mut self, bytes: usize) {
        let nanoseconds = bytes as u128 * 1_000_000_000 / u128::from(self.rate);
        let time = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX));
        self.next = after(self.next.max(self.clock.now()), time);
    }
}
