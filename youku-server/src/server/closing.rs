//! How a request or a connection ends before all its bytes have arrived: what the client still gets,
//! and how long the server still reads from it.

use tokio::time::timeout;

use crate::message::Refusal;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use crate::{Code, ConnectionError};

impl ClientConnection {
    /// Refuses a request that could not be read, and skips the raw bytes that follow it. If their
    /// number is unknown, closes the connection.
    pub(super) async fn refuse_unread(
        &mut self,
        refusal: Refusal,
        announced: Option<u64>,
    ) -> Outcome {
        self.refuse(refusal).await?;
        match announced {
            Some(announced) => self.drain(announced).await,
            None => self.linger_and_close().await,
        }
    }

    /// Ends a connection that cannot continue: sends the reason, if the framing is at fault, and
    /// closes the connection in a way that does not lose the reply.
    pub(super) async fn refuse_and_close(&mut self, error: &ConnectionError) {
        let refusal = match error {
            ConnectionError::Frame(error) => Refusal::from(error),
            ConnectionError::FrameTimeout(_) => {
                Refusal::new(Code::BadFrame).detail(error.to_string())
            }
            _ => return,
        };
        if self.refuse(refusal).await.is_ok() {
            self.connection.linger().await;
        }
    }

    /// Reads and discards the bytes of a refused upload, so that the reply reaches a client that is
    /// still sending. If there are more bytes than the cap, or they do not arrive in time, closes the
    /// connection. While it drains, a connection without a user counts as idle: no request of it is being
    /// carried out, and a client could otherwise avoid eviction by announcing many bytes.
    pub(crate) async fn drain(&mut self, announced: u64) -> Outcome {
        let (cap, time) = (
            self.options.limits.max_drain,
            self.options.limits.drain_time,
        );
        if self.user.is_none() {
            self.admitted.mark_idle(None, false);
        }
        let drained = tokio::select! {
            drained = timeout(time, self.connection.drain(announced.min(cap))) => drained,
            () = self.admitted.evicted() => return Err(ConnectionError::Closed.into()),
        };
        match drained {
            Ok(drained) if announced <= cap => Ok(drained?),
            Ok(Err(lost)) => Err(lost.into()),
            Ok(Ok(())) | Err(_) => self.linger_and_close().await,
        }
    }

    /// Closes a connection whose next frame cannot be found, without losing the last reply.
    async fn linger_and_close(&mut self) -> Outcome {
        self.connection.linger().await;
        Err(ConnectionError::Closed.into())
    }
}
