//! The rules for policies: what the tables can hold, and what would stop the service.

use std::ops::RangeInclusive;

use crate::basics::error::{Error, Result};
use crate::host::policy::Policy;

/// The highest price, in fen. The sum of a million purchases at this price does not overflow.
pub(super) const MAX_PRICE_FEN: u64 = 1_000_000_000_000;

/// The largest movie that a column can hold the size of, in bytes.
pub(super) const MAX_MOVIE_BYTES: u64 = i64::MAX.unsigned_abs();

/// One number of a policy, and the range in which it must lie.
struct Span {
    setting: &'static str,
    /// What the number is for the setting: `be`, or `start at` and `end at` for a range.
    verb: &'static str,
    value: u64,
    allowed: RangeInclusive<u64>,
}

impl Span {
    fn new(
        setting: &'static str,
        verb: &'static str,
        value: u64,
        allowed: RangeInclusive<u64>,
    ) -> Self {
        Self {
            setting,
            verb,
            value,
            allowed,
        }
    }

    /// # Errors
    ///
    /// `bad_request` on `policy`, with the bound that the number exceeds.
    fn check(&self) -> Result<()> {
        let (least, most) = (self.allowed.start(), self.allowed.end());
        let bound = if self.value < *least {
            format!("{least} or more")
        } else if self.value > *most {
            format!("{most} or less")
        } else {
            return Ok(());
        };
        let text = format!("`{}` must {} {bound}", self.setting, self.verb);
        Err(Error::bad_request("policy", text))
    }
}

impl Policy {
    /// Rejects values that the tables cannot hold or that would lock every user out.
    pub(crate) fn check(&self) -> Result<()> {
        self.spans().iter().try_for_each(Span::check)?;
        let periods = [
            ("maintenance_interval", self.maintenance_interval),
            ("upload_heartbeat", self.upload_heartbeat),
            ("upload_check_timeout", self.upload_check_timeout),
            ("events.interval", self.events.interval),
            ("events.timeout", self.events.timeout),
        ];
        if let Some((setting, _)) = periods.iter().find(|(_, period)| period.is_zero()) {
            let text = format!("`{setting}` must be longer than zero");
            return Err(Error::bad_request("policy", text));
        }
        Ok(())
    }

    /// Every rule about a number. A range is empty when it ends before its start, so its end has its
    /// start as the lower bound.
    fn spans(&self) -> [Span; 27] {
        const ANY: u64 = u64::MAX;
        let said = &self.descriptions;
        let number = |setting, value, allowed| Span::new(setting, "be", value, allowed);
        let start = |setting, chars: &RangeInclusive<usize>, allowed| {
            Span::new(setting, "start at", *chars.start() as u64, allowed)
        };
        let end = |setting, chars: &RangeInclusive<usize>, most| {
            let least = *chars.start() as u64;
            Span::new(setting, "end at", *chars.end() as u64, least..=most)
        };
        let price = |setting, fen| number(setting, fen, 0..=MAX_PRICE_FEN);
        let limit =
            |setting, most: Option<u32>| number(setting, most.map_or(1, u64::from), 1..=ANY);
        [
            start("username_chars", &self.username_chars, 0..=64),
            end("username_chars", &self.username_chars, 64),
            end("password_chars", &self.password_chars, ANY),
            start("movie_name_chars", &self.movie_name_chars, 1..=500),
            end("movie_name_chars", &self.movie_name_chars, 500),
            number("max_title_chars", self.max_title_chars as u64, 0..=255),
            number("max_content_chars", self.max_content_chars as u64, 0..=2000),
            number("descriptions.title_chars", said.title_chars as u64, 0..=500),
            number(
                "descriptions.description_chars",
                said.description_chars as u64,
                0..=100_000,
            ),
            number(
                "descriptions.data_bytes",
                said.data_bytes as u64,
                0..=1 << 20,
            ),
            number("descriptions.tags", said.tags as u64, 0..=100),
            number("descriptions.tag_chars", said.tag_chars as u64, 1..=64),
            number(
                "descriptions.poster_bytes",
                said.poster_bytes as u64,
                0..=4 << 20,
            ),
            number("max_movie_bytes", self.max_movie_bytes, 0..=MAX_MOVIE_BYTES),
            price("price_fen", self.price_fen),
            price("member_price_fen", self.member_price_fen),
            price("membership_price_fen", self.membership_price_fen),
            limit("login_attempts", Some(self.login_attempts)),
            limit("max_downloads", self.max_downloads),
            limit("max_downloads_per_user", self.max_downloads_per_user),
            limit("requests_per_second", self.requests_per_second),
            limit("request_burst", Some(self.request_burst)),
            limit("max_history", Some(self.max_history)),
            number("download_rate", self.download_rate.unwrap_or(1), 1..=ANY),
            limit("max_page", Some(self.max_page)),
            limit("search_rows", Some(self.search_rows)),
            limit("transaction_attempts", Some(self.transaction_attempts)),
        ]
    }
}
