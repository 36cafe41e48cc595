//! The rules of the service that an operator may choose.

use std::time::Duration;

use clap::Args;
use youku_core::Policy;

/// What every command that removes bytes must know.
#[derive(Args)]
pub(crate) struct RestoreWindow {
    /// How long a deleted movie can be restored; then its bytes are removed.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_RESTORE_WINDOW", default_value_t = Policy::default().restore_window.as_secs())]
    restore_window: u64,
}

impl RestoreWindow {
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs(self.restore_window)
    }
}

/// What is allowed, how long it takes and what it costs.
#[derive(Args)]
pub(crate) struct PolicyOptions {
    /// How long users without membership wait before a download.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_DOWNLOAD_WAIT", default_value_t = Policy::default().download_wait.as_secs())]
    download_wait: u64,
    /// What a charged movie costs users without membership, in fen.
    #[arg(long, value_name = "FEN", env = "YOUKU_PRICE", default_value_t = Policy::default().price_fen)]
    price: u64,
    /// What a charged movie costs members, in fen.
    #[arg(long, value_name = "FEN", env = "YOUKU_MEMBER_PRICE", default_value_t = Policy::default().member_price_fen)]
    member_price: u64,
    /// What one period of membership costs, in fen.
    #[arg(long, value_name = "FEN", env = "YOUKU_MEMBERSHIP_PRICE", default_value_t = Policy::default().membership_price_fen)]
    membership_price: u64,
    /// The largest movie.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_MOVIE_SIZE", default_value_t = Policy::default().max_movie_bytes)]
    max_movie_size: u64,
    /// How many movies one user may have, with the uploads under way [default: any number].
    #[arg(long, value_name = "COUNT", env = "YOUKU_QUOTA_MOVIES")]
    quota_movies: Option<u64>,
    /// How many bytes those may have together [default: any number].
    #[arg(long, value_name = "BYTES", env = "YOUKU_QUOTA_BYTES")]
    quota_bytes: Option<u64>,
    /// How many bytes uploads leave free on the disk of the movies.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MIN_FREE", default_value_t = Policy::default().min_free_bytes)]
    min_free: u64,
    /// How many failed log-ins under one name lock the name for a while.
    #[arg(long, value_name = "COUNT", env = "YOUKU_LOGIN_ATTEMPTS", default_value_t = Policy::default().login_attempts, value_parser = clap::value_parser!(u32).range(1..))]
    login_attempts: u32,
    /// For how long; 0 never locks.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_LOGIN_LOCKOUT", default_value_t = Policy::default().login_lockout.as_secs())]
    login_lockout: u64,
    /// How long a session lives after it was used last.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_IDLE", default_value_t = Policy::default().session_idle.as_secs())]
    session_idle: u64,
    /// How long a session lives at most, used or not.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_LIFETIME", default_value_t = Policy::default().session_lifetime.as_secs())]
    session_lifetime: u64,
    #[command(flatten)]
    restore_window: RestoreWindow,
    /// The pause between two rounds of removing what crashes and expiry left behind.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_MAINTENANCE_INTERVAL", default_value_t = Policy::default().maintenance_interval.as_secs())]
    maintenance_interval: u64,
    /// How old a line of the audit must be to be removed [default: they stay for ever].
    #[arg(long, value_name = "SECONDS", env = "YOUKU_AUDIT_RETENTION")]
    audit_retention: Option<u64>,
}

impl PolicyOptions {
    pub(crate) fn policy(&self) -> Policy {
        Policy {
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
            restore_window: self.restore_window.duration(),
            maintenance_interval: Duration::from_secs(self.maintenance_interval),
            audit_retention: self.audit_retention.map(Duration::from_secs),
            ..Policy::default()
        }
    }
}
