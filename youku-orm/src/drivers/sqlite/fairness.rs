//! How long short statements have kept a thread of the runtime, so that its other tasks get their turn.

use std::cell::Cell;
use std::time::Duration;

/// For how long the statements of one thread may follow each other until other tasks are let in.
const MOST: Duration = Duration::from_micros(50);

thread_local! {
    static TAKEN: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Counts the time of a statement that ran on the calling thread.
pub(super) fn take(time: Duration) {
    TAKEN.set(TAKEN.get() + time);
}

/// Lets other tasks run if statements have kept this thread for long. A task that never waits would
/// otherwise starve its neighbours.
pub(super) async fn give_way() {
    if TAKEN.get() >= MOST {
        TAKEN.set(Duration::ZERO);
        tokio::task::yield_now().await;
    }
}
