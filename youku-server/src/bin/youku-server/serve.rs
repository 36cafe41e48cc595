//! `youku-server serve`: options to a running server.

use std::error::Error;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use tokio::net::TcpListener;
use tracing::level_filters::LevelFilter;
use youku_core::{Policy, Youku};
use youku_server::{Limits, Options};

use crate::storage::Storage;

/// How often what crashes and expiry left behind is removed.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Every option can also be set by the environment variable named with it.
#[derive(Args)]
pub(crate) struct Serve {
    /// The address to listen on; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "YOUKU_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    listen: String,
    #[command(flatten)]
    storage: Storage,
    /// Let anybody register as an administrator, without an invite.
    #[arg(long, env = "YOUKU_OPEN_ADMIN_REGISTRATION", value_parser = FalseyValueParser::new())]
    open_admin_registration: bool,
    /// How long users without membership wait before a download.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_DOWNLOAD_WAIT",
        default_value_t = 30
    )]
    download_wait: u64,
    /// What a charged movie costs users without membership, in fen.
    #[arg(long, value_name = "FEN", env = "YOUKU_PRICE", default_value_t = Policy::default().price_fen)]
    price: u64,
    /// What a charged movie costs members, in fen.
    #[arg(long, value_name = "FEN", env = "YOUKU_MEMBER_PRICE", default_value_t = Policy::default().member_price_fen)]
    member_price: u64,
    /// The largest movie.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_MOVIE_SIZE", default_value_t = 8 << 30)]
    max_movie_size: u64,
    /// How many connections may be open at once.
    #[arg(
        long,
        value_name = "COUNT",
        env = "YOUKU_MAX_CONNECTIONS",
        default_value_t = 10_000
    )]
    max_connections: usize,
    /// How many of them may come from one address.
    #[arg(
        long,
        value_name = "COUNT",
        env = "YOUKU_MAX_CONNECTIONS_PER_ADDRESS",
        default_value_t = 256
    )]
    max_connections_per_address: usize,
    /// The longest request, without the bytes of a movie.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_FRAME", default_value_t = 64 << 10)]
    max_frame: usize,
    /// How long a request may take from its first byte to its last before a log-in.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_FRAME_TIMEOUT",
        default_value_t = 10
    )]
    frame_timeout: u64,
    /// How long a request may take from its first byte to its last after a log-in.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_SESSION_FRAME_TIMEOUT",
        default_value_t = 60
    )]
    session_frame_timeout: u64,
    /// How long a connection may be silent before a log-in.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_IDLE_TIMEOUT",
        default_value_t = 300
    )]
    idle_timeout: u64,
    /// How long a connection may be silent after a log-in.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_SESSION_IDLE_TIMEOUT",
        default_value_t = 3600
    )]
    session_idle_timeout: u64,
    /// How long no byte may move in the middle of a movie or a reply.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_BODY_TIMEOUT",
        default_value_t = 30
    )]
    body_timeout: u64,
    /// How many bytes of a refused upload are read away for the sake of its reply.
    #[arg(long, value_name = "BYTES", env = "YOUKU_MAX_DRAIN", default_value_t = 1 << 30)]
    max_drain: u64,
    /// How long reading them away may take.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_DRAIN_TIMEOUT",
        default_value_t = 300
    )]
    drain_timeout: u64,
    /// How long requests may take to end after SIGTERM.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_GRACE",
        default_value_t = 10
    )]
    grace: u64,
    /// How much is logged: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", env = "YOUKU_LOG", default_value = "info")]
    log: LevelFilter,
}

impl Serve {
    pub(crate) async fn run(self: Box<Self>) -> Result<(), Box<dyn Error>> {
        tracing_subscriber::fmt()
            .with_max_level(self.log)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr)
            .init();
        let youku = self.storage.open(self.policy()).await?;
        let listener = TcpListener::bind(&self.listen)
            .await
            .map_err(|error| format!("cannot listen on `{}`: {error}", self.listen))?;
        // From here on, and so before anybody can know the address, a signal ends in order.
        let terminated = terminated().map_err(|error| format!("cannot catch signals: {error}"))?;
        announce(listener.local_addr()?);
        tokio::select! {
            () = youku_server::run(listener, youku.clone(), self.options(), terminated) => {}
            () = sweep_for_ever(&youku) => {}
        }
        Ok(youku.close().await?)
    }

    fn policy(&self) -> Policy {
        Policy {
            download_wait: Duration::from_secs(self.download_wait),
            max_movie_bytes: self.max_movie_size,
            price_fen: self.price,
            member_price_fen: self.member_price,
            ..Policy::default()
        }
    }

    fn options(&self) -> Options {
        let limits = Limits {
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
            ..Limits::default()
        };
        Options {
            limits,
            open_admin_registration: self.open_admin_registration,
            grace: Duration::from_secs(self.grace),
            time_zone: jiff::tz::TimeZone::system(),
        }
    }
}

/// The one line on the standard output: programs that started the server read the port from it.
fn announce(address: SocketAddr) {
    println!("listening on {address}");
    tracing::info!(%address, "listening");
}

async fn sweep_for_ever(youku: &Youku) {
    let mut interval = tokio::time::interval(SWEEP_EVERY);
    loop {
        interval.tick().await;
        // The service logs what it removed.
        if let Err(error) = youku.sweep().await {
            tracing::warn!(%error, "the sweep failed, the next one is in an hour");
        }
    }
}

/// Catches SIGINT and SIGTERM from now on; the future completes at the first of them.
#[cfg(unix)]
fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes at Ctrl-C, which is caught once the future is polled.
#[cfg(not(unix))]
fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
