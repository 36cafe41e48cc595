//! Signs of life of an upload.
//!
//! An upload lives for some time after its last sign of life, so that one whose process or client is gone does not keep
//! space and quota for long. A sign of life is a small statement, sent at a third of that time at most.

use std::time::Duration;

use jiff::Timestamp;

use crate::host::clock::{Clock, after, before};

/// When the next sign of life of an upload is due.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    /// How long the upload lives after one.
    lifetime: Duration,
    /// When the last one succeeded, by the service's clock.
    last: Timestamp,
    /// When the last one failed, if none has succeeded since. It is tried again after a short time, and not with each byte.
    failed: Option<Timestamp>,
}

impl Heartbeat {
    /// Of an upload that has just given a sign of life.
    pub(crate) fn new(lifetime: Duration, now: Timestamp) -> Self {
        Self {
            lifetime,
            last: now,
            failed: None,
        }
    }

    /// Whether one is due. A clock that was set back does not delay it.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        let has_passed = |since: Timestamp, pause| since <= before(now, pause) || since > now;
        has_passed(self.failed.unwrap_or(self.last), self.pause())
    }

    /// Completes when the next one is due.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub(crate) async fn wait(&self, clock: &dyn Clock) {
        if !self.is_due(clock.now()) {
            let due = after(self.failed.unwrap_or(self.last), self.pause());
            clock.sleep_until(due).await;
        }
    }

    /// Until when the upload lives if it gives one now.
    pub(crate) fn until(&self, now: Timestamp) -> Timestamp {
        after(now, self.lifetime)
    }

    /// Records that one was given, or that it failed.
    pub(crate) fn given(&mut self, is_given: bool, now: Timestamp) {
        if is_given {
            (self.last, self.failed) = (now, None);
        } else {
            self.failed = Some(now);
        }
    }

    /// A third of the lifetime; a fifth of that after a failure.
    fn pause(&self) -> Duration {
        let interval = self.lifetime / 3;
        if self.failed.is_some() {
            interval / 5
        } else {
            interval
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_of_life_that_fails_is_due_again_soon() {
        let minutes =
            |minutes: u64| after(Timestamp::UNIX_EPOCH, Duration::from_secs(minutes * 60));
        let mut heartbeat = Heartbeat::new(Duration::from_secs(15 * 60), minutes(0));
        assert!(!heartbeat.is_due(minutes(4)) && heartbeat.is_due(minutes(5)));
        heartbeat.given(false, minutes(5));
        assert!(!heartbeat.is_due(minutes(5)) && heartbeat.is_due(minutes(6)));
        heartbeat.given(false, minutes(6));
        assert!(heartbeat.is_due(minutes(7)));
        heartbeat.given(true, minutes(7));
        assert!(!heartbeat.is_due(minutes(11)) && heartbeat.is_due(minutes(12)));
        assert_eq!(heartbeat.until(minutes(7)), minutes(22));
        // The clock was set back.
        assert!(heartbeat.is_due(minutes(6)));
    }
}
