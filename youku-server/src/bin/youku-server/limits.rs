//! The options that limit how much of the server one client may use.

use std::time::Duration;

use clap::Args;
use youku_server::Limits;

/// The limits of connections, requests and transfers.
#[derive(Args)]
pub(crate) struct LimitOptions {
    /// Allow this many open connections.
    #[arg(long, value_name = "COUNT", env = "YOUKU_MAX_CONNECTIONS", default_value_t = Limits::default().max_connections)]
    max_connections: usize,
    /// Allow this many open connections from one address.
    #[arg(long, value_name = "COUNT", env = "YOUKU_MAX_CONNECTIONS_PER_ADDRESS", default_value_t = Limits::default().max_connections_per_address)]
    max_connections_per_address: usize,
    /// Allow this many attempts to log in per minute and address; 0 means no limit.
    #[arg(long, value_name = "COUNT", env = "YOUKU_LOGIN_RATE", default_value_t = Limits::default().logins_per_minute)]
    login_rate: u32,
    /// Allow this many registrations per minute and address; 0 means no limit.
    #[arg(long, value_name = "COUNT", env = "YOUKU_REGISTRATION_RATE", default_value_t = Limits::default().registrations_per_minute)]
    registration_rate: u32,
    /// Close a connection whose TLS handshake and shared-secret challenge together take longer.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_HANDSHAKE_TIMEOUT", default_value_t = Limits::default().handshake.as_secs())]
    handshake_timeout: u64,
    /// Refuse requests that are longer, not counting the bytes of a movie.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_FRAME", default_value_t = Limits::default().max_frame)]
    max_frame: usize,
    /// Limit the time from the first to the last byte of a request before log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_FRAME_TIMEOUT", default_value_t = Limits::default().frame_time.as_secs())]
    frame_timeout: u64,
    /// Limit the time from the first to the last byte of a request after log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_FRAME_TIMEOUT", default_value_t = Limits::default().frame_time_in_session.as_secs())]
    session_frame_timeout: u64,
    /// Close a connection that is idle for this long before log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_IDLE_TIMEOUT", default_value_t = Limits::default().idle.as_secs())]
    idle_timeout: u64,
    /// Close a connection that is idle for this long after log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_IDLE_TIMEOUT", default_value_t = Limits::default().idle_in_session.as_secs())]
    session_idle_timeout: u64,
    /// Close a connection on which no byte of a movie or reply moves for this long.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_BODY_TIMEOUT", default_value_t = Limits::default().body_idle.as_secs())]
    body_timeout: u64,
    /// Read and discard at most this many bytes of a refused upload, so that the client gets the reply.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_DRAIN", default_value_t = Limits::default().max_drain)]
    max_drain: u64,
    /// Limit the time for discarding a refused upload.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_DRAIN_TIMEOUT", default_value_t = Limits::default().drain_time.as_secs())]
    drain_timeout: u64,
}

impl LimitOptions {
    pub(crate) fn max_connections(&self) -> usize {
        self.max_connections
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            max_frame: self.max_frame,
            frame_time: Duration::from_secs(self.frame_timeout),
            frame_time_in_session: Duration::from_secs(self.session_frame_timeout),
            idle: Duration::from_secs(self.idle_timeout),
            idle_in_session: Duration::from_secs(self.session_idle_timeout),
            body_idle: Duration::from_secs(self.body_timeout),
            max_drain: self.max_drain,
            drain_time: Duration::from_secs(self.drain_timeout),
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            logins_per_minute: self.login_rate,
            registrations_per_minute: self.registration_rate,
            handshake: Duration::from_secs(self.handshake_timeout),
            ..Limits::default()
        }
    }
}
