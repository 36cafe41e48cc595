//! What happens to a connection between the accept and its first frame.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::server::connections::Seat;
use crate::server::shutdown::Stop;
use crate::{ConnectionError, ServerTls, SharedSecret, Transport};

/// What one listener requires of a client that connects.
#[derive(Debug, Default)]
pub(super) struct Entrance {
    pub(super) tls: Option<ServerTls>,
    pub(super) secret: Option<SharedSecret>,
}

impl Entrance {
    /// The stream for the frames. `None` when the connection is to be closed without a reply: because
    /// the client did not pass within `time`, is evicted, or the server shuts down.
    pub(super) async fn pass(
        &self,
        stream: TcpStream,
        time: Duration,
        seat: &Seat,
        stop: &mut Stop,
    ) -> Option<Transport> {
        let passed = tokio::select! {
            passed = timeout(time, self.admit(stream)) => passed,
            () = seat.evicted() => return None,
            () = stop.draining() => return None,
        };
        match passed {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "not let in");
                None
            }
            Err(_) => {
                tracing::debug!(?time, "not let in: it took too long");
                None
            }
        }
    }

    async fn admit(&self, stream: TcpStream) -> Result<Transport, ConnectionError> {
        let mut stream = match &self.tls {
            Some(tls) => tls.accept(stream).await?,
            None => stream.into(),
        };
        if let Some(secret) = &self.secret {
            secret.challenge(&mut stream).await?;
        }
        Ok(stream)
    }
}
