//! The options that limit how much of the server one peer may use.

use std::time::Duration;

use clap::Args;
use youku_server::Limits;

/// The bounds of connections, requests and movies on their way.
#[derive(Args)]
pub(crate) struct LimitOptions {
    /// How many connections may be open at once.
    #[arg(long, value_name = "COUNT", env = "YOUKU_MAX_CONNECTIONS", default_value_t = Limits::default().max_connections)]
    max_connections: usize,
    /// How many of them may come from one address.
    #[arg(long, value_name = "COUNT", env = "YOUKU_MAX_CONNECTIONS_PER_ADDRESS", default_value_t = Limits::default().max_connections_per_address)]
    max_connections_per_address: usize,
    /// How many times one address may try to log in within a minute; 0 is no limit.
    #[arg(long, value_name = "COUNT", env = "YOUKU_LOGIN_RATE", default_value_t = Limits::default().logins_per_minute)]
    login_rate: u32,
    /// How many times one address may try to register within a minute; 0 is no limit.
    #[arg(long, value_name = "COUNT", env = "YOUKU_REGISTRATION_RATE", default_value_t = Limits::default().registrations_per_minute)]
    registration_rate: u32,
    /// How long TLS and the answer to the shared secret's challenge may take together.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_HANDSHAKE_TIMEOUT", default_value_t = Limits::default().handshake.as_secs())]
    handshake_timeout: u64,
    /// The longest request, without the bytes of a movie.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_FRAME", default_value_t = Limits::default().max_frame)]
    max_frame: usize,
    /// How long a request may take from its first byte to its last before a log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_FRAME_TIMEOUT", default_value_t = Limits::default().frame_time.as_secs())]
    frame_timeout: u64,
    /// How long a request may take from its first byte to its last after a log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_FRAME_TIMEOUT", default_value_t = Limits::default().frame_time_in_session.as_secs())]
    session_frame_timeout: u64,
    /// How long a connection may be silent before a log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_IDLE_TIMEOUT", default_value_t = Limits::default().idle.as_secs())]
    idle_timeout: u64,
    /// How long a connection may be silent after a log-in.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_SESSION_IDLE_TIMEOUT", default_value_t = Limits::default().idle_in_session.as_secs())]
    session_idle_timeout: u64,
    /// How long no byte may move in the middle of a movie or a reply.
    #[arg(long, value_name = "SECONDS", env = "YOUKU_BODY_TIMEOUT", default_value_t = Limits::default().body_idle.as_secs())]
    body_timeout: u64,
    /// How many bytes of a refused upload are read away for the sake of its reply.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_DRAIN", default_value_t = Limits::default().max_drain)]
    max_drain: u64,
    /// How long reading them away may take.
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
