//! Measures how long short statements have occupied a thread of the runtime, so that its other tasks get a turn.

use std::cell::Cell;
use std::time::Duration;

/// How long one thread may run statements before other tasks get a turn.
const MOST: Duration = Duration::from_micros(50);

thread_local! {
    static TAKEN: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Counts the time of a statement that ran on the calling thread.
pub(in crate::drivers::sqlite) fn take(time: Duration) {
    TAKEN.set(TAKEN.get() + time);
}

/// Lets other tasks run if statements have occupied this thread for long. Otherwise a task that never
/// waits would starve the other tasks.
pub(in crate::drivers::sqlite) async fn give_way() {
    if TAKEN.get() >= MOST {
        TAKEN.set(Duration::ZERO);
        tokio::task::yield_now().await;
    }
}
