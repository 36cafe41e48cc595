//! What a client still gets, and how long it is listened to, when a request or a connection ends
//! before its bytes do.

use tokio::time::timeout;

use crate::message::Refusal;
use crate::server::failure::Failure;
use crate::server::peer::Peer;
use crate::{Code, ConnectionError, Stream};

impl<S: Stream> Peer<S> {
    /// Refuses a request that could not be read, and passes over the raw bytes that follow it.
    /// Where nobody knows how many those are, the connection is given up.
    pub(super) async fn refuse_unread(
        &mut self,
        refusal: Refusal,
        promised: Option<u64>,
    ) -> Result<(), Failure> {
        self.refuse(refusal).await?;
        match promised {
            Some(promised) => self.drain(promised).await,
            None => self.give_up().await,
        }
    }

    /// What is still owed to a client whose connection cannot go on: the reason, if the framing is
    /// at fault, and a close that does not tear the reply away.
    pub(super) async fn answer_last(&mut self, error: &ConnectionError) {
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

    /// Reads away the bytes of an upload that was refused, so that the reply reaches a client that
    /// is still sending. More than the cap, or than come in time, are not worth it: the connection
    /// is given up. Meanwhile a stranger's counts as silent, because nothing of it is being carried
    /// out, and whoever promises much would hold a place for nothing.
    pub(crate) async fn drain(&mut self, promised: u64) -> Result<(), Failure> {
        let (cap, time) = (
            self.options.limits.max_drain,
            self.options.limits.drain_time,
        );
        if self.user.is_none() {
            self.seat.falls_silent(None, false);
        }
        let drained = tokio::select! {
            drained = timeout(time, self.connection.drain(promised.min(cap))) => drained,
            () = self.seat.evicted() => return Err(ConnectionError::Closed.into()),
        };
        match drained {
            Ok(drained) if promised <= cap => Ok(drained?),
            Ok(Err(lost)) => Err(lost.into()),
            Ok(Ok(())) | Err(_) => self.give_up().await,
        }
    }

    /// Closes a connection whose next frame cannot be found, with care for the reply sent last.
    async fn give_up(&mut self) -> Result<(), Failure> {
        self.connection.linger().await;
        Err(ConnectionError::Closed.into())
    }
}
