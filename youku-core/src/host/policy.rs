//! The rules that a host may set: limits, waits and prices.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::host::password_cost::PasswordCost;
use crate::host::policy::descriptions::DescriptionLimits;
use crate::host::policy::events::EventPolicy;
use crate::host::registration::RegistrationMode;

/// Limits, waits and prices of one service.
///
/// Every program that opens the same database should use the same policy. What is stored, such
/// as the price paid or the end of a membership, stays as it was when the policy changes.
///
/// ```
/// use std::time::Duration;
/// use youku_core::Policy;
///
/// let policy = Policy { download_wait: Duration::from_secs(5), ..Policy::default() };
/// assert_eq!(policy.price_fen, 1000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who may register. Default: [`RegistrationMode::Open`].
    pub registration: RegistrationMode,
    /// How long a user name may be, in characters (Unicode scalar values of its form C).
    ///
    /// Default: 1 to 64. The maximum cannot be more than 64.
    pub username_chars: RangeInclusive<usize>,
    /// Whether the name of a deleted user, and names that look like it, cannot be registered by
    /// another person. Of the name only a digest is kept. Default: true.
    pub reserve_deleted_names: bool,
    /// How long a password may be, in characters. The length is checked before hashing.
    ///
    /// Default: 8 to 256. The most common passwords are refused as well, whatever their length.
    pub password_chars: RangeInclusive<usize>,
    /// What hashing one password costs.
    pub password_cost: PasswordCost,
    /// How many failed log-ins under one name lock it. Default: 10, and it must be 1 or more.
    ///
    /// A name is counted whether or not it belongs to a user, and a successful log-in resets its
    /// count to zero. NIST SP 800-63B, section 5.2.2, allows 100 at most.
    pub login_attempts: u32,
    /// How long the first of those failed log-ins is remembered, and with it those that follow.
    /// Default: 15 minutes.
    pub login_window: Duration,
    /// How long a name stays locked; then it unlocks by itself. Default: 15 minutes. Zero turns
    /// locking off.
    ///
    /// An attacker can lock a user out for that long. Open sessions of the user stay valid.
    pub login_lockout: Duration,
    /// How long a session lives after it was used last. Default: 24 hours.
    ///
    /// Use is recorded with a granularity of a tenth of it, and one minute at most.
    pub session_idle: Duration,
    /// How long a session lives at most, used or not. Default: 30 days.
    pub session_lifetime: Duration,
    /// How long a session that a newer log-in has replaced is remembered, so that its client learns
    /// why it has ended; and not longer than it lives. Default: 24 hours.
    pub replaced_session_retention: Duration,
    /// How many requests per second one user may send to this program, on average; each program on
    /// the same database counts its own. [`Youku::session`](crate::Youku::session) counts them.
    /// Default: 100; none turns the limit off.
    pub requests_per_second: Option<u32>,
    /// How many requests one user may send at once before that rate applies. Default: 1000, and it
    /// must be 1 or more.
    pub request_burst: u32,
    /// Whether a log-in ends the older session of the same user. Default: true.
    pub one_session_per_user: bool,
    /// How long an invite can be used. Default: 72 hours.
    pub invite_lifetime: Duration,
    /// How long a user without membership waits before a download starts. Default: 30 seconds.
    pub download_wait: Duration,
    /// How long after its start a viewing can be continued without waiting again. Default: 24 hours.
    pub resume_window: Duration,
    /// How long a wait that is over can still be used; then it ends, and a sweep removes it. Default:
    /// 24 hours.
    pub wait_lifetime: Duration,
    /// The most downloads of one user that may be open at once in this program; each program on the
    /// same database counts its own. Default: no limit.
    pub max_downloads_per_user: Option<u32>,
    /// The most downloads that may be open at once in this program. Default: no limit.
    pub max_downloads: Option<u32>,
    /// How often a download in progress checks that its user was not locked or deleted; then it
    /// ends. Default: 10 seconds.
    pub download_check: Duration,
    /// The most bytes per second that one download delivers. Default: no limit.
    pub download_rate: Option<u64>,
    /// What a paid movie costs a user without membership, in fen. Default: 1000. No price can be
    /// more than 10^12.
    pub price_fen: u64,
    /// What a paid movie costs a member, in fen. Default: 500.
    pub member_price_fen: u64,
    /// What one period of membership costs, in fen. Default: 0, as nothing else is agreed.
    pub membership_price_fen: u64,
    /// How long one membership lasts. Default: 30 days.
    pub membership_period: Duration,
    /// How far into the future a membership may be bought; after that a renewal is refused until a
    /// part has passed. It is at least one period. Default: 366 days.
    pub membership_horizon: Duration,
    /// How long to wait for the answer of a payment provider before it counts as
    /// [unavailable](crate::Payment::Unavailable). Default: 30 seconds.
    pub payment_timeout: Duration,
    /// How long the name of a movie may be, in characters. Default: 1 to 400. The maximum cannot be
    /// more than 500.
    pub movie_name_chars: RangeInclusive<usize>,
    /// How much may be said about a movie.
    pub descriptions: DescriptionLimits,
    /// The largest movie, in bytes. Default: 8 GiB.
    pub max_movie_bytes: u64,
    /// How many entries the history of one user keeps: the newest. Default: 5000, and it must be 1 or
    /// more.
    pub max_history: u32,
    /// How many movies one user may have at most: listed movies that they uploaded, and uploads in
    /// progress. Default: no limit.
    pub quota_movies: Option<u64>,
    /// How many bytes those movies and uploads may have together at most. Default: no limit.
    pub quota_bytes: Option<u64>,
    /// How many bytes must stay free on the disks of movies and staged files, in addition to what
    /// the uploads in progress have announced. An upload that would use them is refused when it is
    /// opened. Default: 128 MiB.
    pub min_free_bytes: u64,
    /// How long an upload that can be resumed stays without receiving a byte. Each acknowledged
    /// chunk begins that time again, so an upload that makes progress may take any time. Default:
    /// 24 hours.
    pub upload_lifetime: Duration,
    /// How long an upload that ends with its handle stays without a sign of life. Its process gives
    /// one at a third of that time, while bytes arrive and while they are published. Without it the
    /// process counts as gone, and the upload ends. It must be more than zero. Default: 15 minutes.
    pub upload_heartbeat: Duration,
    /// How long an upload that can be resumed keeps its space on the disk, and counts against the
    /// quota of its user, before its first byte has arrived. Then the first byte reserves the space
    /// again, if there still is enough. Zero reserves nothing. Default: 10 minutes.
    pub upload_reservation: Duration,
    /// How long the host's [check](crate::UploadCheck) of an upload may take. Then the upload is answered with
    /// [`Code::Unavailable`](crate::Code::Unavailable). It must be more than zero. Default: 10 minutes.
    pub upload_check_timeout: Duration,
    /// How long a deleted movie can be restored. After that, [`Youku::sweep`](crate::Youku::sweep)
    /// removes its bytes. Its history and purchases stay, and uploading the same bytes restores it
    /// even then. Default: 30 days.
    pub restore_window: Duration,
    /// How old a file that belongs to no row must be before [`Youku::sweep`](crate::Youku::sweep)
    /// removes it. Default: 1 hour.
    pub sweep_grace: Duration,
    /// How long stored bytes that belong to no row stay after a sweep has marked them. In that time
    /// a database that was restored from an older backup can be replaced by a newer one without the
    /// loss of a movie. Default: 30 days.
    pub orphan_grace: Duration,
    /// How many stored objects without a row one sweep removes, and how many movies without bytes it
    /// hides; or 1 % of all objects or movies, if that is more. A sweep that finds more movies
    /// without bytes hides none. Zero leaves only the 1 %. Default: 10.
    pub round_limit: u64,
    /// By how much the service's clock may differ from another clock between two rounds of
    /// maintenance, and the clocks of two nodes from each other. If it differs by more, it has
    /// jumped. Default: 10 minutes.
    pub max_clock_error: Duration,
    /// The longest time between two rounds that is believed across a restart of the machine, or
    /// between two machines; after a longer one the clock counts as one that has jumped. Default: 7
    /// days.
    pub max_round_gap: Duration,
    /// How long a clock that has jumped must run without another jump before a round believes it,
    /// unless it jumps back or the operator [accepts](crate::Youku::accept_clock) it. Until then
    /// nothing is removed by its age. Default: 30 days.
    pub clock_grace: Duration,
    /// How long the title of a notice may be, in characters. Default: 15. It cannot be more than
    /// 255.
    pub max_title_chars: usize,
    /// How long the content of a notice may be, in characters. Default: 100. It cannot be more than
    /// 2000.
    pub max_content_chars: usize,
    /// The most entries of one page of a list; a page that asks for more gets this many.
    /// Default: 500.
    pub max_page: u32,
    /// The pause between two rounds of [`Youku::maintenance`](crate::Youku::maintenance). Default:
    /// 1 hour.
    pub maintenance_interval: Duration,
    /// How old an audit entry must be before maintenance removes it. Default: 366 days; with none,
    /// entries are kept for ever.
    pub audit_retention: Option<Duration>,
    /// How events are delivered.
    pub events: EventPolicy,
    /// How long each check of [`Youku::health`](crate::Youku::health) waits for its answer.
    /// Default: 5 seconds.
    pub health_timeout: Duration,
    /// The most movies that a search for a name reads for one page. Then the page ends, full or
    /// not, and the search continues from its [`next`](crate::Listing::next). This limits the cost
    /// of a search. Default: 100,000, and it must be 1 or more.
    pub search_rows: u32,
    /// How often a transaction is tried when it conflicts with others. Default: 16.
    pub transaction_attempts: u32,
}

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Default for Policy {
    fn default() -> Self {
        Self {
            registration: RegistrationMode::default(),
            username_chars: 1..=64,
            reserve_deleted_names: true,
            password_chars: 8..=256,
            password_cost: PasswordCost::default(),
            login_attempts: 10,
            login_window: HOUR / 4,
            login_lockout: HOUR / 4,
            session_idle: 24 * HOUR,
            session_lifetime: 30 * 24 * HOUR,
            replaced_session_retention: 24 * HOUR,
            requests_per_second: Some(100),
            request_burst: 1000,
            one_session_per_user: true,
            invite_lifetime: 72 * HOUR,
            download_wait: Duration::from_secs(30),
            resume_window: 24 * HOUR,
            wait_lifetime: 24 * HOUR,
            max_downloads_per_user: None,
            max_downloads: None,
            download_check: Duration::from_secs(10),
            download_rate: None,
            price_fen: 1000,
            member_price_fen: 500,
            membership_price_fen: 0,
            membership_period: 30 * 24 * HOUR,
            membership_horizon: 366 * 24 * HOUR,
            payment_timeout: Duration::from_secs(30),
            movie_name_chars: 1..=400,
            descriptions: DescriptionLimits::default(),
            max_movie_bytes: 8 << 30,
            max_history: 5000,
            quota_movies: None,
            quota_bytes: None,
            min_free_bytes: 128 << 20,
            upload_lifetime: 24 * HOUR,
            upload_heartbeat: HOUR / 4,
            upload_reservation: HOUR / 6,
            upload_check_timeout: HOUR / 6,
            restore_window: 30 * 24 * HOUR,
            sweep_grace: HOUR,
            orphan_grace: 30 * 24 * HOUR,
            round_limit: 10,
            max_clock_error: HOUR / 6,
            max_round_gap: 7 * 24 * HOUR,
            clock_grace: 30 * 24 * HOUR,
            max_title_chars: 15,
            max_content_chars: 100,
            max_page: 500,
            maintenance_interval: HOUR,
            audit_retention: Some(366 * 24 * HOUR),
            events: EventPolicy::default(),
            health_timeout: Duration::from_secs(5),
            search_rows: 100_000,
            transaction_attempts: 16,
        }
    }
}

impl Policy {
    /// How many of `all` objects or movies one sweep may remove or hide.
    pub(crate) fn per_round(&self, all: u64) -> u64 {
        self.round_limit.max(all / 100)
    }

    /// How long the first byte of an upload reserves its space, until the byte is acknowledged. A reservation that the policy
    /// has made short or zero is for uploads without bytes.
    pub(crate) fn first_byte_reservation(&self) -> Duration {
        let longest = self.upload_lifetime;
        self.upload_reservation
            .max(self.upload_heartbeat)
            .min(longest)
    }

    /// The price of a paid movie, in fen.
    pub(crate) fn price(&self, is_vip: bool) -> u64 {
        if is_vip {
            self.member_price_fen
        } else {
            self.price_fen
        }
    }
}

mod rules;

pub(crate) mod descriptions;
pub(crate) mod events;

#[cfg(test)]
mod tests;
