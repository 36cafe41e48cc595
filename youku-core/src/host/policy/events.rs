//! How events are delivered.

use std::time::Duration;

/// Times of the delivery of events; see [`Youku::deliver`](crate::Youku::deliver).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPolicy {
    /// The pause between two looks for new events. Default: 1 second. It must be more than zero.
    pub interval: Duration,
    /// How long a subscriber may take for one event. Then it counts as refused. Default: 30 seconds. It must be more than zero.
    pub timeout: Duration,
    /// How long a node that has stopped keeps others from delivering, after the time of an event is over. It covers the
    /// difference between the clocks of two nodes. Default: 30 seconds.
    pub lease: Duration,
    /// The pause after an event was refused. It doubles with each refusal of the same event. Default: 1 second.
    pub first_retry: Duration,
    /// The longest such pause. Default: 5 minutes.
    pub last_retry: Duration,
    /// How old an event may become. Maintenance removes older ones, delivered or not, and logs how many. Default: 7 days.
    pub max_age: Duration,
    /// How many events one subscriber may have waiting. Maintenance removes the oldest beyond that, and logs how many. Default:
    /// 1,000,000.
    pub max_waiting: u64,
    /// How many subscribers there may be. Each act writes a row for each of them. Default: 16.
    pub max_subscribers: u64,
}

impl Default for EventPolicy {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            timeout: Duration::from_secs(30),
            lease: Duration::from_secs(30),
            first_retry: Duration::from_secs(1),
            last_retry: Duration::from_secs(300),
            max_age: Duration::from_secs(7 * 24 * 60 * 60),
            max_waiting: 1_000_000,
            max_subscribers: 16,
        }
    }
}

impl EventPolicy {
    /// The pause after so many refusals in a row.
    pub(crate) fn retry_after(&self, refusals: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(refusals.saturating_sub(1));
        self.first_retry
            .saturating_mul(doubled)
            .min(self.last_retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_doubles_up_to_the_longest_one() {
        let policy = EventPolicy::default();
        let seconds = |refusals| policy.retry_after(refusals).as_secs();
        assert_eq!(
            [1, 2, 3, 4, 9, 10, u32::MAX].map(seconds),
            [1, 2, 4, 8, 256, 300, 300]
        );
    }
}
