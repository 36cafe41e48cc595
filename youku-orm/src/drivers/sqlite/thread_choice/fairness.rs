//! Measures how long short statements have occupied a thread of the runtime, so that its other tasks get a turn.

use std::cell::Cell;
use std::time::Duration;

/// How long one thread may run statements before other tasks get a turn.
const MAX: Duration = Duration::from_micros(50);

thread_local! {
    static INLINE_TIME: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Counts the time of a statement that ran on the calling thread.
pub(in crate::drivers::sqlite) fn record_inline_time(time: Duration) {
    INLINE_TIME.set(INLINE_TIME.get() + time);
}

/// Lets other tasks run if statements have occupied this thread for long. Otherwise a task that never
/// waits would starve the other tasks.
pub(in crate::drivers::sqlite) async fn yield_if_due() {
    if INLINE_TIME.get() >= MAX {
        INLINE_TIME.set(Duration::ZERO);
        tokio::task::yield_now().await;
    }
}
