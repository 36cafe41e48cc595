//! The bytes of a movie on their way to a client.

#[cfg(target_os = "linux")]
mod file;

use std::io;

use youku_core::{Body, Code};

use crate::server::failure::Failure;
use crate::{Connection, ConnectionError, Stream};

/// Sends all of `body`, which a reply has promised: what goes wrong from here on can only be told by
/// closing the connection.
///
/// A local file goes to a socket through the kernel. Everything else is read one piece ahead of the
/// piece that is being sent.
pub(crate) async fn send<S: Stream>(
    body: Body,
    connection: &mut Connection<S>,
) -> Result<(), Failure> {
    let mut body = body;
    #[cfg(target_os = "linux")]
    if let Some((socket, idle)) = connection.socket() {
        body = match body.into_file() {
            Ok(part) => {
                let sent = file::send(part.file, part.range, socket, idle).await;
                return sent.map_err(broken_off);
            }
            Err(body) => body,
        };
    }
    while let Some(chunk) = body.chunk().await.map_err(broken_off)? {
        connection.write_body(&chunk).await?;
    }
    Ok(())
}

/// Why the bytes of a movie are not to be had any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The client, or the way to it.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The bytes.
    #[error(transparent)]
    Service(#[from] youku_core::Error),
    #[error("the file of a movie cannot be read: {0}")]
    File(io::Error),
    #[error("the file of a movie ends `{0}` bytes too early")]
    Truncated(u64),
}

/// Damaged bytes must never happen, so they are logged as an error: an operator must look into them.
pub(crate) fn broken_off(error: impl Into<SendError>) -> Failure {
    let error = error.into();
    match &error {
        SendError::Connection(_) => tracing::debug!(%error, "a download was broken off"),
        SendError::Service(cause) if cause.code() != Code::Internal => {
            tracing::warn!(%error, "a download was broken off");
        }
        _ => tracing::error!(%error, "a download was broken off: a movie is damaged"),
    }
    match error {
        SendError::Connection(error) => error.into(),
        _ => ConnectionError::Closed.into(),
    }
}
