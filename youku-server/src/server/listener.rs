//! Listeners: where connections arrive, and what they require of a client before its first frame.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};

use crate::server::admission::Admission;
use crate::{ServerTls, SharedSecret};

/// A socket that accepts connections.
///
/// ```no_run
/// # async fn example(youku: youku_core::Youku) -> std::io::Result<()> {
/// use tokio::net::TcpListener;
/// use youku_server::{Listener, Options, SharedSecret, run};
///
/// // Clients on this machine, and clients elsewhere that know the secret.
/// let here = Listener::new(TcpListener::bind("127.0.0.1:8080").await?);
/// let secret = SharedSecret::sha256(std::fs::read("/etc/youku/secret")?);
/// let elsewhere = Listener::new(TcpListener::bind("192.0.2.1:8080").await?).secret(secret);
/// run(vec![here, elsewhere], youku, Options::default(), std::future::pending()).await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "it does nothing before it is given to `run`"]
pub struct Listener {
    socket: TcpListener,
    admission: Admission,
}

impl Listener {
    /// A listener without TLS and without a shared secret.
    pub fn new(socket: TcpListener) -> Self {
        Self {
            socket,
            admission: Admission::default(),
        }
    }

    /// Requires TLS, before anything else is sent.
    pub fn tls(mut self, tls: ServerTls) -> Self {
        self.admission.tls = Some(tls);
        self
    }

    /// Requires that a client proves that it knows `secret` before it sends frames.
    pub fn secret(mut self, secret: SharedSecret) -> Self {
        self.admission.secret = Some(secret);
        self
    }

    /// Refuses the existing dialects: a client has to send `hello` first.
    pub fn protocol2_only(mut self) -> Self {
        self.admission.protocol2_only = true;
        self
    }
}

impl From<TcpListener> for Listener {
    fn from(socket: TcpListener) -> Self {
        Self::new(socket)
    }
}

/// The sockets that one server listens on: a `TcpListener`, a [`Listener`], or a list of those.
#[derive(Debug)]
pub struct Listeners {
    listeners: Vec<(TcpListener, Arc<Admission>)>,
    /// Which socket is polled first: each in turn, because a flooded one would otherwise starve the others.
    first: usize,
}

impl<L: Into<Listener>> From<L> for Listeners {
    fn from(listener: L) -> Self {
        Self::from(vec![listener.into()])
    }
}

impl From<Vec<Listener>> for Listeners {
    fn from(listeners: Vec<Listener>) -> Self {
        let listeners = listeners.into_iter();
        Self {
            listeners: listeners
                .map(|listener| (listener.socket, Arc::new(listener.admission)))
                .collect(),
            first: 0,
        }
    }
}

impl Listeners {
    /// The next connection and what its listener requires of it. Waits forever if there is no listener.
    ///
    /// # Cancel safety
    ///
    /// Safe: a connection that was not returned is still to be accepted.
    pub(super) async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr, Arc<Admission>)> {
        let (listeners, first) = (&self.listeners, self.first);
        let (index, accepted) = std::future::poll_fn(|ctx| {
            for index in (first..listeners.len()).chain(0..first) {
                if let Poll::Ready(accepted) = listeners[index].0.poll_accept(ctx) {
                    return Poll::Ready((index, accepted));
                }
            }
            Poll::Pending
        })
        .await;
        self.first = (index + 1) % listeners.len();
        let (stream, address) = accepted?;
        Ok((stream, address, listeners[index].1.clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// Far more time than the tests need: it turns a hang into a failure.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// After a flooded listener has accepted one connection, another listener is polled.
    #[tokio::test]
    async fn listeners_are_polled_in_turn() {
        let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
            addresses.push(socket.local_addr().unwrap());
            listeners.push(Listener::new(socket));
        }
        let mut clients = Vec::new();
        for index in [0, 0, 0, 2, 2] {
            clients.push(TcpStream::connect(addresses[index]).await.unwrap());
        }
        let mut listeners = Listeners::from(listeners);
        let mut order = Vec::new();
        for _ in 0..clients.len() {
            let accepted = timeout(PATIENCE, listeners.accept()).await.unwrap();
            let (stream, peer, _) = accepted.unwrap();
            assert!(
                clients
                    .iter()
                    .any(|client| client.local_addr().unwrap() == peer)
            );
            let address = stream.local_addr().unwrap();
            order.push(addresses.iter().position(|one| *one == address).unwrap());
        }
        assert_eq!(order, [0, 2, 0, 2, 0]);
    }
}
