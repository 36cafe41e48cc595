//! How often one address may log in and register.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::message::Refusal;
use crate::{Code, Limits};

const MINUTE: Duration = Duration::from_secs(60);

/// The rate limits of one server.
#[derive(Debug)]
pub(crate) struct RateLimits {
    log_ins: RateLimit,
    registrations: RateLimit,
}

impl RateLimits {
    pub(crate) fn new(limits: &Limits) -> Self {
        let limit = |per_minute| RateLimit::new(per_minute, limits.max_remembered_addresses);
        Self {
            log_ins: limit(limits.logins_per_minute),
            registrations: limit(limits.registrations_per_minute),
        }
    }

    /// Counts an attempt to log in.
    ///
    /// # Errors
    ///
    /// `rate_limited` when there were too many from this address.
    pub(crate) fn log_in(&self, address: IpAddr) -> Result<(), Refusal> {
        self.log_ins.count(address)
    }

    /// Counts an attempt to register.
    ///
    /// # Errors
    ///
    /// As [`log_in`](Self::log_in).
    pub(crate) fn register(&self, address: IpAddr) -> Result<(), Refusal> {
        self.registrations.count(address)
    }
}

/// A number of attempts per minute for each address. The minute is divided into that many equal
/// parts, and an address regains one attempt in each part (the generic cell rate algorithm, ITU-T
/// I.371, annex A). So the rate stores only one time per address.
#[derive(Debug)]
struct RateLimit {
    per_minute: u32,
    max_addresses: usize,
    /// When an address will have regained all its attempts, for addresses that have not yet. Never more
    /// than `max_addresses` entries, so that a flood of addresses cannot exhaust the memory.
    full_at: Mutex<HashMap<IpAddr, Instant>>,
}

impl RateLimit {
    fn new(per_minute: u32, max_addresses: usize) -> Self {
        Self {
            per_minute,
            max_addresses,
            full_at: Mutex::default(),
        }
    }

    fn count(&self, address: IpAddr) -> Result<(), Refusal> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let part = MINUTE / self.per_minute;
        let (now, network) = (Instant::now(), network(address));
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let known = full_at.get(&network).copied();
        let used = known.map_or(Duration::ZERO, |full_at| {
            full_at.saturating_duration_since(now)
        });
        if let Some(wait) = (used + part)
            .checked_sub(MINUTE)
            .filter(|wait| !wait.is_zero())
        {
            tracing::debug!(%address, ?wait, "too many attempts");
            return Err(Refusal::new(Code::RateLimited).retry_after(Some(wait)));
        }
        if known.is_none() && full_at.len() >= self.max_addresses {
            forget_one(&mut full_at, now, self.max_addresses);
        }
        full_at.insert(network, now + used + part);
        Ok(())
    }
}

/// Forgets the addresses that have regained all their attempts. If no address has, forgets the one
/// that will be the first to do so.
fn forget_one(full_at: &mut HashMap<IpAddr, Instant>, now: Instant, max: usize) {
    full_at.retain(|_, full_at| *full_at > now);
    if full_at.len() >= max
        && let Some(first) = full_at.iter().min_by_key(|(_, full_at)| **full_at)
    {
        let first = *first.0;
        full_at.remove(&first);
    }
}

/// The network that an address counts as: a customer of an IPv6 network has 2^64 addresses (RFC 6177).
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn wait(counted: Result<(), Refusal>) -> Option<u64> {
        let refusal = counted.err()?;
        assert_eq!(refusal.code(), Code::RateLimited);
        refusal.retry_after_seconds()
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_are_regained_one_by_one() {
        let rate = RateLimit::new(3, 10);
        let here = address("192.0.2.1");
        for _ in 0..3 {
            assert_eq!(wait(rate.count(here)), None);
        }
        assert_eq!(wait(rate.count(here)), Some(20));
        assert_eq!(wait(rate.count(address("192.0.2.2"))), None);
        advance(Duration::from_secs(15)).await;
        assert_eq!(wait(rate.count(here)), Some(5));
        advance(Duration::from_secs(5)).await;
        assert_eq!(wait(rate.count(here)), None);
        assert_eq!(wait(rate.count(here)), Some(20));
    }

    #[tokio::test(start_paused = true)]
    async fn all_attempts_are_regained_after_a_minute() {
        let rate = RateLimit::new(2, 10);
        let here = address("192.0.2.1");
        for _ in 0..2 {
            assert_eq!(wait(rate.count(here)), None);
            assert_eq!(wait(rate.count(here)), None);
            assert_eq!(wait(rate.count(here)), Some(30));
            advance(MINUTE).await;
        }
    }

    /// After a burst and a pause, an address has as many attempts as it regained in the pause.
    #[tokio::test(start_paused = true)]
    async fn a_second_burst_is_limited_by_the_pause_before_it() {
        let rate = RateLimit::new(4, 10);
        let here = address("192.0.2.1");
        let burst = |count| {
            for _ in 0..count {
                assert_eq!(wait(rate.count(here)), None);
            }
            wait(rate.count(here))
        };
        assert_eq!(burst(4), Some(15));
        advance(Duration::from_secs(30)).await;
        assert_eq!(burst(2), Some(15));
        advance(Duration::from_secs(50)).await;
        assert_eq!(burst(3), Some(10));
        // After more than a minute it has all its attempts, and no more.
        advance(MINUTE * 3).await;
        assert_eq!(burst(4), Some(15));
        advance(Duration::from_millis(14_999)).await;
        assert_eq!(burst(0), Some(1));
        advance(Duration::from_millis(1)).await;
        assert_eq!(burst(1), Some(15));
    }

    /// A refused attempt is not counted, so it does not extend the wait.
    #[tokio::test(start_paused = true)]
    async fn refused_attempts_are_not_counted() {
        let rate = RateLimit::new(2, 10);
        let here = address("192.0.2.1");
        for _ in 0..2 {
            assert_eq!(wait(rate.count(here)), None);
        }
        for _ in 0..100 {
            assert_eq!(wait(rate.count(here)), Some(30));
        }
        advance(Duration::from_secs(30)).await;
        assert_eq!(wait(rate.count(here)), None);
    }

    /// Of two addresses, the one that will regain its attempts first is forgotten.
    #[tokio::test(start_paused = true)]
    async fn the_address_that_waits_the_longest_is_remembered() {
        let rate = RateLimit::new(2, 2);
        let [busy, quiet, newcomer] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(address);
        for here in [busy, busy, quiet, newcomer] {
            assert_eq!(wait(rate.count(here)), None);
        }
        assert_eq!(rate.full_at.lock().unwrap().len(), 2);
        assert_eq!(wait(rate.count(busy)), Some(30));
        // Counted from the beginning, although it was there before.
        for _ in 0..2 {
            assert_eq!(wait(rate.count(quiet)), None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_ipv6_network_counts_as_one() {
        let rate = RateLimit::new(1, 10);
        assert_eq!(wait(rate.count(address("2001:db8:1:2::3"))), None);
        assert_eq!(wait(rate.count(address("2001:db8:1:2:ffff::4"))), Some(60));
        assert_eq!(wait(rate.count(address("2001:db8:1:3::3"))), None);
    }

    #[test]
    fn a_rate_of_zero_is_no_limit() {
        let rate = RateLimit::new(0, 10);
        for _ in 0..1000 {
            assert_eq!(wait(rate.count(address("192.0.2.1"))), None);
        }
        assert!(rate.full_at.lock().unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_remembered_addresses_is_bounded() {
        let rate = RateLimit::new(1, 100);
        for number in 0..10_000_u32 {
            assert_eq!(wait(rate.count(IpAddr::V4(number.into()))), None);
            advance(Duration::from_millis(1)).await;
        }
        assert!(rate.full_at.lock().unwrap().len() <= 100);
        // The latest are remembered, not the first.
        assert!(wait(rate.count(IpAddr::V4(9_999.into()))).is_some());
        assert_eq!(wait(rate.count(IpAddr::V4(0.into()))), None);
    }
}
