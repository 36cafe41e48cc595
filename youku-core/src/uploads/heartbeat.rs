//! Signs of life of an upload.
//!
//! An upload lives for some time after its last sign of life, so that one whose process or client is gone does not keep
//! space and quota for long. A sign of life is a small statement, sent at a third of that time at most.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time;

use crate::host::clock::{after, before};
use crate::service::shared::Service;

/// When the next sign of life of an upload is due.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    /// How long the upload lives after one.
    lifetime: Duration,
    /// When the last one was given, by the service's clock.
    last: Timestamp,
}

impl Heartbeat {
    /// Of an upload that has just given a sign of life.
    pub(crate) fn new(lifetime: Duration, service: &Service) -> Self {
        Self {
            lifetime,
            last: service.now(),
        }
    }

    /// Whether one is due. A clock that was set back does not delay it.
    pub(crate) fn is_due(&self, service: &Service) -> bool {
        let now = service.now();
        self.last <= before(now, self.interval()) || self.last > now
    }

    /// Completes after the time between two of them.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub(crate) async fn wait(&self) {
        time::sleep(self.interval()).await;
    }

    /// Records that one was given, and returns until when the upload lives.
    pub(crate) fn given(&mut self, service: &Service) -> Timestamp {
        self.last = service.now();
        after(self.last, self.lifetime)
    }

    fn interval(&self) -> Duration {
        self.lifetime / 3
    }
}
