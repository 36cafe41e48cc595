//! A clock of this machine that cannot be set.
//!
//! On Linux it is CLOCK_BOOTTIME (clock_getres(2)), which also counts the time that the machine was suspended. It begins with
//! the boot of the machine, whose name tells a later process whether it reads the same clock. On other systems it is the
//! monotonic clock of this process, and no other process can be compared with it.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::host::clock::{after, to_microsecond};

/// The time by a clock with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Local {
    /// At most 64 characters.
    pub(super) clock: String,
    /// The time since that clock began, after 1970.
    pub(super) time: Timestamp,
}

impl Local {
    /// The time now.
    pub(super) fn now() -> Self {
        let (clock, passed) = since_boot().unwrap_or_else(since_start);
        Self {
            clock,
            time: to_microsecond(after(Timestamp::UNIX_EPOCH, passed)),
        }
    }
}

#[cfg(target_os = "linux")]
fn since_boot() -> Option<(String, Duration)> {
    use rustix::time::{ClockId, clock_gettime};

    static BOOT: LazyLock<Option<String>> = LazyLock::new(|| {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        Some(boot.ok()?.trim().chars().take(64).collect())
    });
    let time = clock_gettime(ClockId::Boottime);
    let passed = Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?);
    Some((BOOT.clone()?, passed))
}

#[cfg(not(target_os = "linux"))]
fn since_boot() -> Option<(String, Duration)> {
    None
}

fn since_start() -> (String, Duration) {
    static START: LazyLock<(String, Instant)> = LazyLock::new(|| {
        let (id, now) = (std::process::id(), Timestamp::now().as_microsecond());
        (format!("process {id} {now}"), Instant::now())
    });
    let (clock, start) = &*START;
    (clock.clone(), start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_advance_and_keep_their_names() {
        for read in [|| since_boot().unwrap_or_else(since_start), since_start] {
            let (first, second) = (read(), read());
            assert!(first.0 == second.0 && first.1 <= second.1);
            assert!(!first.0.is_empty() && first.0.len() <= 64);
        }
        assert_eq!(Local::now().clock, Local::now().clock);
    }
}
