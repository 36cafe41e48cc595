//! Measures how long inline statements have occupied a thread of the runtime, so that its other tasks run too.

use std::cell::Cell;
use std::time::Duration;

/// How long one thread may run inline statements before other tasks run.
const MAX_INLINE_TIME: Duration = Duration::from_micros(50);

thread_local! {
    static INLINE_TIME: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Counts the time of a statement that ran on the calling thread.
pub(super) fn record_inline_time(time: Duration) {
    INLINE_TIME.set(INLINE_TIME.get() + time);
}

/// Lets other tasks run if inline statements have occupied this thread for long. A task whose statements are all inline never
/// waits, and would starve the other tasks.
pub(in crate::drivers::sqlite) async fn yield_if_due() {
    if INLINE_TIME.get() >= MAX_INLINE_TIME {
        INLINE_TIME.set(Duration::ZERO);
        tokio::task::yield_now().await;
    }
}
