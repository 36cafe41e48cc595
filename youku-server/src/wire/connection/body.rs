//! A reader of the raw bytes that follow a frame.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::Stream;
use crate::wire::connection::{Connection, ConnectionError};

/// Reads raw bytes; made by [`Connection::body`]. The end of the connection is an error, because the
/// reader does not know how many bytes were announced. Limit it to them with
/// [`take`](tokio::io::AsyncReadExt::take).
#[derive(Debug)]
pub(crate) struct IncomingBody<'c, S> {
    connection: &'c mut Connection<S>,
    deadline: Pin<Box<Sleep>>,
    /// Whether the deadline belongs to the current wait.
    is_waiting: bool,
    failure: Option<ConnectionError>,
}

impl<'c, S> IncomingBody<'c, S> {
    pub(super) fn new(connection: &'c mut Connection<S>) -> Self {
        Self {
            deadline: Box::pin(sleep(connection.body_idle)),
            connection,
            is_waiting: false,
            failure: None,
        }
    }

    /// Why reading failed, if it did.
    pub(crate) fn into_failure(self) -> Option<ConnectionError> {
        self.failure
    }

    fn fail(&mut self, failure: ConnectionError) -> Poll<io::Result<()>> {
        let error = io::Error::other(failure.to_string());
        self.failure = Some(failure);
        Poll::Ready(Err(error))
    }
}

impl<S: Stream> AsyncRead for IncomingBody<'_, S> {
    fn poll_read(
        self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let taken = this.connection.take_prefix(buffer.remaining());
        buffer.put_slice(&taken.0[..taken.1]);
        if buffer.filled().len() > before || buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        match Pin::new(&mut this.connection.stream).poll_read(ctx, buffer) {
            Poll::Ready(Ok(())) if buffer.filled().len() == before => {
                this.fail(ConnectionError::Closed)
            }
            Poll::Ready(Ok(())) => {
                this.is_waiting = false;
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => this.fail(error.into()),
            Poll::Pending => {
                let idle = this.connection.body_idle;
                if !this.is_waiting {
                    this.is_waiting = true;
                    this.deadline.as_mut().reset(Instant::now() + idle);
                }
                ready!(this.deadline.as_mut().poll(ctx));
                this.fail(ConnectionError::BodyTimeout(idle))
            }
        }
    }
}
