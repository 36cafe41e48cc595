//! The shutdown as a connection sees it.

use tokio::sync::watch;

/// How far the shutdown is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// There is none.
    Running,
    /// Requests under way may end; no further one is read.
    Draining,
    /// Requests under way are broken off.
    Over,
}

/// Tells a connection about the shutdown.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<Phase>);

impl Stop {
    pub(super) fn new(phase: &watch::Sender<Phase>) -> Self {
        Self(phase.subscribe())
    }

    /// Completes when no further request shall be read.
    pub(super) async fn draining(&mut self) {
        self.reached(Phase::Draining).await;
    }

    /// Completes when the request under way shall be broken off.
    pub(super) async fn over(&mut self) {
        self.reached(Phase::Over).await;
    }

    async fn reached(&mut self, phase: Phase) {
        // A server that is gone without a word has come to the last phase too.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }
}
