//! The shutdown, as each connection waits for it.

use tokio::sync::watch;

/// The phase of the shutdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// No shutdown.
    Running,
    /// Requests under way may complete; no further request is read.
    Draining,
    /// Requests under way are cancelled.
    Cancelling,
}

/// Lets a connection wait for a phase of the shutdown.
#[derive(Debug, Clone)]
pub(crate) struct Shutdown(watch::Receiver<Phase>);

impl Shutdown {
    pub(super) fn new(phase: &watch::Sender<Phase>) -> Self {
        Self(phase.subscribe())
    }

    /// Completes when no further request may be read.
    pub(super) async fn draining(&mut self) {
        self.reached(Phase::Draining).await;
    }

    /// Completes when the request under way is to be cancelled.
    pub(super) async fn cancelling(&mut self) {
        self.reached(Phase::Cancelling).await;
    }

    async fn reached(&mut self, phase: Phase) {
        // `wait_for` fails when the server was dropped, which counts as the last phase.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }
}
