//! The TCP server: accepts connections and gives each one a task until it shuts down.

mod listener;

mod admission;
mod bound_sessions;
mod identify;

mod client_connection;

mod announced;
mod decode;

mod existing;
mod protocol2;

mod send;

mod request_id;

mod closing;
mod failure;

mod connections;
mod rate_limits;

mod shutdown;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument;
use youku_core::Youku;

use crate::Limits;
use admission::Admission;
use bound_sessions::SharedTickets;
use client_connection::ClientConnection;
use connections::Connections;
pub use decode::decode_stream;
pub use listener::{Listener, Listeners};
use rate_limits::RateLimits;
use shutdown::{Phase, Shutdown};

/// The settings of the server. Those of the service itself are in
/// `youku_core::Policy`.
#[derive(Debug, Clone)]
pub struct Options {
    /// The limits for clients.
    pub limits: Limits,
    /// Whether every client may register administrators, without an invite. `false`
    /// by default.
    pub open_admin_registration: bool,
    /// How long requests that are under way may continue after the shutdown began; then they are
    /// cancelled. 10 s by default.
    pub grace: Duration,
    /// The zone in which times are written for people. UTC by default.
    pub time_zone: TimeZone,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            open_admin_registration: false,
            grace: Duration::from_secs(10),
            time_zone: TimeZone::UTC,
        }
    }
}

/// The first pause after a failed accept; each further failure doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// The longest pause after a failed accept.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How long it may take to cancel the requests that are left after the grace time. It is longer than a
/// connection lingers after its last reply, so that the connection's session still ends with it.
const CANCEL_TIME: Duration = Duration::from_secs(3);

/// Serves `youku` to every client that connects to `listener`, which may be several listeners, until
/// `shutdown` completes.
///
/// Then the server closes the listeners and the connections without a request under way. The other
/// connections get [`Options::grace`] to complete their requests. Requests that are left then are
/// cancelled: a client that still waits for a reply gets `shutting_down`. Returns when no connection
/// is left, at the latest three seconds after the grace time. `youku` stays open; the caller closes it.
///
/// If an accept fails, usually because the process has run out of file descriptors, the server logs
/// the error and retries after a pause that grows from 5 ms to 1 s.
///
/// # Cancel safety
///
/// Dropping the future closes every connection at once; what uploads had staged is removed.
///
/// ```no_run
/// # async fn example(youku: youku_core::Youku) -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
/// let shutdown = async {
///     let _ = tokio::signal::ctrl_c().await;
/// };
/// youku_server::run(listener, youku, youku_server::Options::default(), shutdown).await;
/// # Ok(())
/// # }
/// ```
pub async fn run(
    listener: impl Into<Listeners>,
    youku: Youku,
    options: Options,
    shutdown: impl Future<Output = ()>,
) {
    let grace = options.grace;
    let mut listeners = listener.into();
    let mut server = Server::new(youku, options);
    tokio::pin!(shutdown);
    let mut pause = FIRST_PAUSE;
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = server.tasks.join_next() => {
                report(ended);
                continue;
            }
            accepted = listeners.accept() => accepted,
        };
        match accepted {
            Ok((stream, address, admission)) => {
                pause = FIRST_PAUSE;
                server.serve(stream, address, admission);
            }
            Err(error) if concerns_one_client(&error) => {}
            Err(error) => {
                tracing::warn!(%error, ?pause, "cannot accept connections; retrying");
                tokio::select! {
                    () = &mut shutdown => break,
                    () = tokio::time::sleep(pause) => {}
                }
                pause = LONGEST_PAUSE.min(pause * 2);
            }
        }
    }
    drop(listeners);
    server.shut_down(grace).await;
}

/// What all connections of a server share.
#[derive(Clone)]
struct Shared {
    youku: Youku,
    options: Arc<Options>,
    rate_limits: Arc<RateLimits>,
    tickets: SharedTickets,
}

/// The connections of one run and what they share.
struct Server {
    shared: Shared,
    connections: Arc<Connections>,
    phase: watch::Sender<Phase>,
    tasks: JoinSet<()>,
}

impl Server {
    fn new(youku: Youku, options: Options) -> Self {
        Self {
            connections: Arc::new(Connections::new(&options.limits)),
            shared: Shared {
                youku,
                rate_limits: Arc::new(RateLimits::new(&options.limits)),
                options: Arc::new(options),
                tickets: SharedTickets::default(),
            },
            phase: watch::Sender::new(Phase::Running),
            tasks: JoinSet::new(),
        }
    }

    fn serve(&mut self, stream: TcpStream, address: SocketAddr, admission: Arc<Admission>) {
        let address = address.ip().to_canonical();
        let Some(admitted) = self.connections.admit(address) else {
            tracing::debug!(%address, "connection refused: the limit is reached and no connection can be evicted");
            return;
        };
        // Old clients send a request in two small segments: without this each takes 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%address, %error, "cannot set TCP_NODELAY");
            return;
        }
        let shared = self.shared.clone();
        let mut shutdown = Shutdown::new(&self.phase);
        let task = async move {
            let time = shared.options.limits.handshake;
            // Boxed, because a task is as large as the largest future that it ever holds.
            let stream =
                Box::pin(admission.handshake(stream, time, &admitted, &mut shutdown)).await;
            if let Some(stream) = stream {
                let mut client = ClientConnection::new(stream, shared, admitted);
                client.protocol2_only = admission.protocol2_only;
                client.serve(shutdown).await;
            }
        };
        let span = tracing::info_span!("connection", %address);
        self.tasks.spawn(task.instrument(span));
    }

    async fn shut_down(mut self, grace: Duration) {
        tracing::info!(connections = self.tasks.len(), "shutting down");
        for (phase, time) in [(Phase::Draining, grace), (Phase::Cancelling, CANCEL_TIME)] {
            self.phase.send_replace(phase);
            let ended = tokio::time::timeout(time, async {
                while let Some(ended) = self.tasks.join_next().await {
                    report(ended);
                }
            });
            if ended.await.is_ok() {
                return;
            }
            tracing::warn!(
                connections = self.tasks.len(),
                ?phase,
                "connections are still open"
            );
        }
        self.tasks.shutdown().await;
    }
}

/// Logs a task that panicked; a task that completed has logged its end.
fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection's task failed");
    }
}

/// Whether a failed accept is about the connection that would have been accepted, and not about the
/// listener: the next one can be accepted at once.
fn concerns_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}
