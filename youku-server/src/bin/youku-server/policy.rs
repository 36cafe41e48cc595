//! The options that set the policy of the service.

use std::time::Duration;

use clap::{Args, ValueEnum};
use youku_core::{Policy, RegistrationMode};

/// The option of every command that removes bytes.
#[derive(Args)]
pub(crate) struct RestoreWindow {
    /// Keep the bytes of a deleted movie for this long, so that it can be restored.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_RESTORE_WINDOW", default_value_t = Policy::default().restore_window.as_secs())]
    restore_window: u64,
}

impl RestoreWindow {
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs(self.restore_window)
    }
}

/// The options of every command that removes what is left over.
#[derive(Args)]
pub(crate) struct Leftovers {
    #[command(flatten)]
    restore_window: RestoreWindow,
    /// Keep stored bytes that belong to no movie for this long after a sweep has found them, in case
    /// the database was restored from an older backup.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_ORPHAN_GRACE", default_value_t = Policy::default().orphan_grace.as_secs())]
    orphan_grace: u64,
    /// Remove nothing by its age for this long after the clock of this machine has jumped, unless it
    /// jumps back or `youku-server sweep --accept-clock` accepts it.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_CLOCK_GRACE", default_value_t = Policy::default().clock_grace.as_secs())]
    clock_grace: u64,
}

impl Leftovers {
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            restore_window: self.restore_window.duration(),
            orphan_grace: Duration::from_secs(self.orphan_grace),
            clock_grace: Duration::from_secs(self.clock_grace),
            ..Policy::default()
        }
    }
}

/// Who may register.
#[derive(Clone, Copy, ValueEnum)]
enum Registration {
    Open,
    Invite,
    Closed,
}

impl From<Registration> for RegistrationMode {
    fn from(mode: Registration) -> Self {
        match mode {
            Registration::Open => Self::Open,
            Registration::Invite => Self::Invite,
            Registration::Closed => Self::Closed,
        }
    }
}

/// Limits, waits and prices of the service.
#[derive(Args)]
pub(crate) struct PolicyOptions {
    /// Let these people register: open (every person), invite (with an invite of an administrator) or
    /// closed (no one).
    #[arg(
        long,
        value_name = "MODE",
        env = "YOUKU_REGISTRATION",
        value_enum,
        default_value = "open"
    )]
    registration: Registration,
    /// Let non-members wait this long before a download.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_DOWNLOAD_WAIT", default_value_t = Policy::default().download_wait.as_secs())]
    download_wait: u64,
    /// Set the price of a paid movie for non-members, in fen (100 fen are 1 yuan).
    #[arg(long, value_name = "FEN", env = "YOUKU_PRICE", default_value_t = Policy::default().price_fen)]
    price: u64,
    /// Set the price of a paid movie for members, in fen.
    #[arg(long, value_name = "FEN", env = "YOUKU_MEMBER_PRICE", default_value_t = Policy::default().member_price_fen)]
    member_price: u64,
    /// Set the price of one period of membership, in fen.
    #[arg(long, value_name = "FEN", env = "YOUKU_MEMBERSHIP_PRICE", default_value_t = Policy::default().membership_price_fen)]
    membership_price: u64,
    /// Refuse movies that are larger.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_MOVIE_SIZE", default_value_t = Policy::default().max_movie_bytes)]
    max_movie_size: u64,
    /// Allow each user this many movies, including unfinished uploads [default: unlimited].
    #[arg(long, value_name = "COUNT", env = "YOUKU_QUOTA_MOVIES")]
    quota_movies: Option<u64>,
    /// Allow each user this many bytes of movies, including unfinished uploads [default: unlimited].
    #[arg(long, value_name = "BYTES", env = "YOUKU_QUOTA_BYTES")]
    quota_bytes: Option<u64>,
    /// Refuse uploads that would leave fewer free bytes on the disk of the movies.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MIN_FREE", default_value_t = Policy::default().min_free_bytes)]
    min_free: u64,
    /// Lock a user name after this many failed log-ins.
    #[arg(long, value_name = "COUNT", env = "YOUKU_LOGIN_ATTEMPTS", default_value_t = Policy::default().login_attempts)]
    login_attempts: u32,
    /// Lock the user name for this long; 0 never locks.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_LOGIN_LOCKOUT", default_value_t = Policy::default().login_lockout.as_secs())]
    login_lockout: u64,
    /// End a session that was not used for this long.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_IDLE", default_value_t = Policy::default().session_idle.as_secs())]
    session_idle: u64,
    /// End a session this long after the log-in, even if it is used.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_LIFETIME", default_value_t = Policy::default().session_lifetime.as_secs())]
    session_lifetime: u64,
    #[command(flatten)]
    leftovers: Leftovers,
    /// Remember a session that a newer log-in has replaced for this long, so that its client learns why it
    /// has ended.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_REPLACED_SESSION_RETENTION", default_value_t = Policy::default().replaced_session_retention.as_secs())]
    replaced_session_retention: u64,
    #[command(flatten)]
    rates: Rates,
    /// Keep an unfinished upload this long after its last byte.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_UPLOAD_LIFETIME", default_value_t = Policy::default().upload_lifetime.as_secs())]
    upload_lifetime: u64,
    /// End an upload of an existing client whose server has given no sign of life for this long.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_UPLOAD_HEARTBEAT", default_value_t = Policy::default().upload_heartbeat.as_secs())]
    upload_heartbeat: u64,
    /// Reserve the space of an upload for this long before its first byte.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_UPLOAD_RESERVATION", default_value_t = Policy::default().upload_reservation.as_secs())]
    upload_reservation: u64,
    /// Remove expired data and leftovers of crashes at this interval.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_MAINTENANCE_INTERVAL", default_value_t = Policy::default().maintenance_interval.as_secs())]
    maintenance_interval: u64,
    /// Remove audit entries that are older; 0 keeps them forever.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_AUDIT_RETENTION", default_value_t = Policy::default().audit_retention.map_or(0, |age| age.as_secs()))]
    audit_retention: u64,
}

/// How much of the service one user may use.
#[derive(Args)]
struct Rates {
    /// Allow each user this many requests per second, on average; 0 means no limit.
    #[arg(long, value_name = "COUNT", env = "YOUKU_REQUEST_RATE", default_value_t = Policy::default().requests_per_second.unwrap_or(0))]
    request_rate: u32,
    /// Allow each user this many requests at once before that rate applies.
    #[arg(long, value_name = "COUNT", env = "YOUKU_REQUEST_BURST", default_value_t = Policy::default().request_burst)]
    request_burst: u32,
    /// Allow each user this many open downloads; 0 means no limit.
    #[arg(long, value_name = "COUNT", env = "YOUKU_MAX_DOWNLOADS_PER_USER", default_value_t = Policy::default().max_downloads_per_user.unwrap_or(0))]
    max_downloads_per_user: u32,
    /// Allow this many open downloads; 0 means no limit.
    #[arg(long, value_name = "COUNT", env = "YOUKU_MAX_DOWNLOADS", default_value_t = Policy::default().max_downloads.unwrap_or(0))]
    max_downloads: u32,
    /// Send at most this many bytes per second for each download; 0 means no limit.
    #[arg(long, value_name = "BYTES", env = "YOUKU_DOWNLOAD_RATE", default_value_t = Policy::default().download_rate.unwrap_or(0))]
    download_rate: u64,
    /// Keep this many of the newest entries of each user's history.
    #[arg(long, value_name = "COUNT", env = "YOUKU_MAX_HISTORY", default_value_t = Policy::default().max_history)]
    max_history: u32,
    /// Refuse to extend a membership that would end later than this from now.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_MEMBERSHIP_HORIZON", default_value_t = Policy::default().membership_horizon.as_secs())]
    membership_horizon: u64,
}

/// A limit that is turned off by 0.
fn unless_zero<T: Default + PartialEq>(limit: T) -> Option<T> {
    Some(limit).filter(|limit| *limit != T::default())
}

impl Rates {
    fn limit(&self, policy: Policy) -> Policy {
        Policy {
            requests_per_second: unless_zero(self.request_rate),
            request_burst: self.request_burst,
            max_downloads_per_user: unless_zero(self.max_downloads_per_user),
            max_downloads: unless_zero(self.max_downloads),
            download_rate: unless_zero(self.download_rate),
            max_history: self.max_history,
            membership_horizon: Duration::from_secs(self.membership_horizon),
            ..policy
        }
    }
}

impl PolicyOptions {
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            registration: self.registration.into(),
            download_wait: Duration::from_secs(self.download_wait),
            price_fen: self.price,
            member_price_fen: self.member_price,
            membership_price_fen: self.membership_price,
            max_movie_bytes: self.max_movie_size,
            quota_movies: self.quota_movies,
            quota_bytes: self.quota_bytes,
            min_free_bytes: self.min_free,
            login_attempts: self.login_attempts,
            login_lockout: Duration::from_secs(self.login_lockout),
            session_idle: Duration::from_secs(self.session_idle),
            session_lifetime: Duration::from_secs(self.session_lifetime),
            upload_lifetime: Duration::from_secs(self.upload_lifetime),
            upload_heartbeat: Duration::from_secs(self.upload_heartbeat),
            upload_reservation: Duration::from_secs(self.upload_reservation),
            maintenance_interval: Duration::from_secs(self.maintenance_interval),
            audit_retention: unless_zero(self.audit_retention).map(Duration::from_secs),
            replaced_session_retention: Duration::from_secs(self.replaced_session_retention),
            ..self.rates.limit(self.leftovers.policy())
        }
    }
}
