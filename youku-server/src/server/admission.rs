//! Admission of a connection, between the accept and its first frame: TLS, then the shared secret.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::server::connections::Admitted;
use crate::server::shutdown::Shutdown;
use crate::{ConnectionError, ServerTls, SharedSecret, Transport};

/// What one listener requires of a client that connects.
#[derive(Debug, Default)]
pub(super) struct Admission {
    pub(super) tls: Option<ServerTls>,
    pub(super) secret: Option<SharedSecret>,
    /// Whether the existing dialects are refused.
    pub(super) protocol2_only: bool,
}

impl Admission {
    /// Performs both handshakes and returns the stream for the frames. `None` when the connection is to
    /// be closed without a reply: because a handshake failed or took longer than `time`, the connection
    /// was evicted, or the server is shutting down.
    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
        time: Duration,
        admitted: &Admitted,
        shutdown: &mut Shutdown,
    ) -> Option<Transport> {
        let finished = tokio::select! {
            finished = timeout(time, self.perform(stream)) => finished,
            () = admitted.evicted() => return None,
            () = shutdown.draining() => return None,
        };
        match finished {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the handshake failed");
                None
            }
            Err(_) => {
                tracing::debug!(?time, "the handshake timed out");
                None
            }
        }
    }

    async fn perform(&self, stream: TcpStream) -> Result<Transport, ConnectionError> {
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
