//! An upload in progress on one connection.

use std::fmt;

use tokio::io::AsyncRead;

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::movies::view::MovieView;
use crate::service::open_uploads::progress::Reported;
use crate::service::upload_id::UploadId;
use crate::storage::staging::staged_file::StagedFile;
use crate::uploads::heartbeat::Heartbeat;
use crate::uploads::new_movie::Announced;
use crate::uploads::row_guard::RowGuard;

/// An upload in progress. Dropping it aborts it: the staged file is removed, and its row is deleted
/// in the background. Without a runtime, as when the program ends, the row stays until the sweep.
///
/// It gives a sign of life while bytes are written or awaited, and while they are published. It expires
/// [`Policy::upload_heartbeat`](crate::Policy::upload_heartbeat) after the last one, and then the next sweep ends it. So a
/// caller must not pause for so long between two calls of [`write`](Self::write).
pub struct Upload {
    pub(super) id: UploadId,
    pub(super) announced: Announced,
    pub(super) file: StagedFile,
    pub(super) reported: Reported,
    pub(super) heartbeat: Heartbeat,
    pub(super) row_guard: RowGuard,
    /// Set while a call may have taken only a part of its bytes.
    pub(super) partial_write: bool,
}

/// A movie that was uploaded, or was listed before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished {
    /// The movie that is listed with these bytes.
    pub movie: MovieView,
    /// Whether the movie was listed before this upload, which then changed nothing.
    pub existed: bool,
}

impl Upload {
    /// The id under which [`Admin::uploads`](crate::Admin::uploads) lists it.
    #[must_use]
    pub fn id(&self) -> &UploadId {
        &self.id
    }

    /// The announced size, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.announced.size
    }

    /// How many bytes have arrived.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.file.received()
    }

    /// Takes the next bytes, any number of them.
    ///
    /// # Errors
    ///
    /// - [`Code::TooLarge`](crate::Code::TooLarge): there would be more bytes than were announced;
    ///   none of `bytes` was taken.
    /// - [`Code::NoSpace`](crate::Code::NoSpace): the disk is full.
    /// - [`Code::Interrupted`](crate::Code::Interrupted): an earlier call failed or was cancelled.
    /// - [`Code::UploadGone`](crate::Code::UploadGone): the upload was aborted or has expired.
    /// - [`Code::Internal`](crate::Code::Internal): the disk failed.
    ///
    /// After any error but the first, only [`abort`](Self::abort) is useful.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: when the future is dropped, a part of `bytes` may have been taken, and
    /// every later call fails with [`Code::Interrupted`](crate::Code::Interrupted).
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.require_whole()?;
        if bytes.len() as u64 > self.announced.size - self.received() {
            return Err(Error::more_than_announced(self.size()));
        }
        self.partial_write = true;
        self.file.write(bytes).await?;
        self.reported.send_replace(self.received());
        if self.heartbeat.is_due(self.row_guard.service().now()) {
            self.give_sign_of_life().await?;
        }
        self.partial_write = false;
        Ok(())
    }

    /// Reads `reader` to its end, takes all of its bytes, and returns their number.
    ///
    /// If the reader continues after the movie, as a connection does, limit it first, with
    /// [`take`](tokio::io::AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// - [`Code::TooLarge`](crate::Code::TooLarge): the reader gives more bytes than were announced.
    /// - [`Code::Interrupted`](crate::Code::Interrupted): the reader failed; or an earlier call
    ///   failed or was cancelled.
    /// - [`Code::NoSpace`](crate::Code::NoSpace): the disk is full.
    /// - [`Code::UploadGone`](crate::Code::UploadGone): the upload was aborted or has expired.
    /// - [`Code::Internal`](crate::Code::Internal): the disk failed.
    ///
    /// After any error, only [`abort`](Self::abort) is useful.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the bytes that were read are taken and counted by [`received`](Self::received),
    /// and another call continues after them.
    pub async fn copy_from(&mut self, mut reader: impl AsyncRead + Unpin + Send) -> Result<u64> {
        self.require_whole()?;
        let before = self.received();
        let clock = self.row_guard.service().clock.clone();
        loop {
            let missing = self.announced.size - self.received();
            // At the end, one more byte is requested: the movie is complete only if there is none.
            let read = tokio::select! {
                biased;
                read = self.file.read_from(&mut reader, missing.max(1)) => read,
                () = self.heartbeat.wait(&*clock) => {
                    self.give_sign_of_life().await?;
                    continue;
                }
            };
            if self.heartbeat.is_due(self.row_guard.service().now()) {
                self.give_sign_of_life().await?;
            }
            self.reported.send_replace(self.received());
            match read.inspect_err(|_| self.partial_write = true)? {
                0 => return Ok(self.received() - before),
                _ if missing > 0 => {}
                _ => {
                    self.partial_write = true;
                    return Err(Error::more_than_announced(self.size()));
                }
            }
        }
    }

    /// Ends the upload without a movie, as dropping it does, and waits until that is done.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal):
    /// the staged file is gone, and the row of the upload is left to the sweep.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the upload is aborted all the same.
    pub async fn abort(self) -> Result<()> {
        drop(self.file);
        self.row_guard.delete_row().await
    }

    /// # Errors
    ///
    /// `upload_gone` when the upload was aborted, or has expired and was swept.
    async fn give_sign_of_life(&mut self) -> Result<()> {
        let received = self.received();
        match self
            .row_guard
            .renew(&mut self.heartbeat, Some(received))
            .await
        {
            // The upload may live until the database is back.
            Err(error) if error.code() == Code::Unavailable => {
                tracing::warn!(?error, "cannot renew an upload");
                Ok(())
            }
            renewed => renewed,
        }
    }

    pub(super) fn require_whole(&self) -> Result<()> {
        if self.partial_write {
            return Err(Error::aborted());
        }
        Ok(())
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("size", &self.announced.size)
            .field("received", &self.received())
            .finish_non_exhaustive()
    }
}
