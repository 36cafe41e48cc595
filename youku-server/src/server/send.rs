//! Sending the bytes of a movie to a client.

#[cfg(target_os = "linux")]
mod file;

use std::io;

use youku_core::{Body, Code};

use crate::server::failure::{Failure, Outcome};
use crate::{Connection, ConnectionError, Transport};

/// Sends all of `body`, which a reply has announced. From here on, the only way to report a failure is
/// to close the connection.
///
/// The kernel sends a local file to a socket. In all other cases, the next piece is read while the
/// current one is being sent.
pub(crate) async fn send(body: Body, connection: &mut Connection<Transport>) -> Outcome {
    let mut body = body;
    #[cfg(target_os = "linux")]
    if let Some((socket, idle)) = connection.socket() {
        body = match body.into_file() {
            Ok(part) => {
                let sent = file::send(part, socket, idle).await;
                return sent.map_err(interrupted);
            }
            Err(body) => body,
        };
    }
    while let Some(chunk) = body.chunk().await.map_err(interrupted)? {
        connection.write_body(&chunk).await?;
    }
    Ok(())
}

/// Why the bytes of a movie cannot be sent to the end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The connection to the client failed.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The bytes could not be read.
    #[error(transparent)]
    Service(#[from] youku_core::Error),
    #[error("cannot read the file of a movie: {0}")]
    File(io::Error),
    #[error("`{0}` bytes are missing at the end of the file of a movie")]
    Truncated(u64),
}

/// Damaged bytes must never happen, so they are logged as an error: an operator must look into them.
pub(crate) fn interrupted(error: impl Into<SendError>) -> Failure {
    let error = error.into();
    match &error {
        SendError::Connection(_) => tracing::debug!(%error, "a download was interrupted"),
        SendError::Service(cause) if cause.code() != Code::Internal => {
            tracing::warn!(%error, "a download was interrupted");
        }
        _ => tracing::error!(%error, "a download failed: the bytes of the movie are damaged"),
    }
    match error {
        SendError::Connection(error) => error.into(),
        _ => ConnectionError::Closed.into(),
    }
}
