//! Turning staged bytes into a listed movie.

use tracing::Instrument as _;

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::service::open_uploads::WritableUpload;
use crate::storage::staging::sealed::Sealed;
use crate::storage::staging::staged_file::StagedFile;
use crate::uploads::examine::Content;
use crate::uploads::new_movie::{Announced, parse_sha256};
use crate::uploads::publish::{list, publish};
use crate::uploads::resumable::handle::ResumableUpload;
use crate::uploads::upload::{Finished, Upload};

impl Upload {
    /// Checks the bytes that arrived, publishes them durably to the store and lists the movie.
    ///
    /// If several uploads have the same bytes, one makes the movie and the others get its id. A
    /// deleted movie with the same bytes is restored: it keeps its id, history and purchases. It
    /// gets the name, kind and hint of this upload, and counts against the quota of this upload's
    /// user.
    ///
    /// # Errors
    ///
    /// - [`Code::Interrupted`]: fewer bytes arrived than were announced, or an earlier call failed.
    /// - [`Code::ChecksumMismatch`]: the bytes do not match the announced digest.
    /// - [`Code::UploadRefused`]: the host's [check](crate::UploadCheck) refused the bytes; the text says why.
    /// - [`Code::UploadGone`]: the upload has expired.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::NoSpace`]: the disk is full.
    /// - [`Code::Unavailable`], [`Code::Internal`]: it is unknown whether the movie is listed;
    ///   upload it again to find out. `Unavailable` also if that check could not decide.
    ///
    /// After any error but the last two nothing is left of the upload.
    ///
    /// # Cancel safety
    ///
    /// Once polled it runs to its end, even when the future is dropped.
    pub async fn finish(self) -> Result<Finished> {
        let finish = self.run_to_end().in_current_span();
        tokio::spawn(finish).await.map_err(Error::internal)?
    }

    async fn run_to_end(self) -> Result<Finished> {
        let whole = self.require_all();
        let Self {
            announced,
            file,
            row_guard,
            ..
        } = self;
        let sealed = match whole {
            Ok(()) => seal(file, &announced).await,
            Err(error) => Err(error),
        };
        match sealed {
            Ok(sealed) => publish(&announced, sealed, row_guard).await,
            Err(error) => {
                row_guard.delete_row_or_warn().await;
                Err(error)
            }
        }
    }

    fn require_all(&self) -> Result<()> {
        self.require_whole()?;
        match (self.received(), self.size()) {
            (received, size) if received < size => Err(Error::fewer_than_announced(received, size)),
            _ => Ok(()),
        }
    }
}

async fn seal(file: StagedFile, announced: &Announced) -> Result<Sealed> {
    let sealed = file.seal().await?;
    announced.require_digest(&sealed.sha256)?;
    Ok(sealed)
}

impl ResumableUpload {
    /// Checks the bytes that arrived, publishes them durably to the store and lists the movie, as
    /// [`Upload::finish`] does.
    ///
    /// `sha256` is the digest of all bytes, for a sender that knows it only now: 64 hexadecimal
    /// characters, in upper or lower case.
    ///
    /// # Errors
    ///
    /// - [`Code::ChecksumMismatch`]: the bytes do not match `sha256`, or not the announced digest.
    ///   The upload has ended, and nothing is left of it.
    /// - [`Code::UploadRefused`]: the host's [check](crate::UploadCheck) refused the bytes; the text says why. The upload has
    ///   ended, and nothing is left of it.
    /// - [`Code::UploadGone`]: the upload was finished, was aborted or has expired. Open it again
    ///   with the digest to find out whether the movie is listed.
    /// - [`Code::Interrupted`]: fewer bytes arrived than were announced, or a new handle took the
    ///   upload over.
    /// - [`Code::BadRequest`]: `sha256` is not a SHA-256.
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::NoSpace`]: the disk is full.
    /// - [`Code::Unavailable`], [`Code::Internal`]: it is unknown whether the movie is listed.
    ///
    /// After any error but the first three, the upload can be resumed and finished again, unless a
    /// sync of its file failed. Then what is on the disk is unknown, and resuming it fails with
    /// [`Code::UploadGone`].
    ///
    /// # Cancel safety
    ///
    /// Once polled it runs to its end, even when the future is dropped.
    pub async fn finish(self, sha256: Option<&str>) -> Result<Finished> {
        let sha256 = sha256.map(parse_sha256).transpose()?;
        let finish = self.complete(sha256).in_current_span();
        tokio::spawn(finish).await.map_err(Error::internal)?
    }

    async fn complete(self, sha256: Option<String>) -> Result<Finished> {
        self.session.admin().await?;
        let announced = Announced {
            sha256: sha256.or_else(|| self.announced.sha256.clone()),
            ..self.announced.clone()
        };
        let row_guard = || self.entry.row_guard(&self.session);
        // A new handle waits until this is decided.
        let mut guard = self.entry.writable().await;
        if let Some(sha256) = &self.published {
            let service = self.session.service();
            if let Err(error) = announced.require_digest(sha256) {
                self.entry.end().await?;
                return Err(error);
            }
            service.blobs.sync().await?;
            let content =
                Content::of_published(&announced, &self.entry.key, sha256, service).await?;
            let listed = list(&announced, content, row_guard()).await;
            return self.explain_gone(listed).await;
        }
        let writable = self.take_complete(&mut guard).await?;
        let sealed = writable.file.seal().await?;
        if let Err(error) = announced.require_digest(&sealed.sha256) {
            sealed.into_path().remove();
            self.entry.end().await?;
            return Err(error);
        }
        let published = publish(&announced, sealed, row_guard()).await;
        self.explain_gone(published).await
    }

    /// Distinguishes an upload that a new handle has taken over from one that is gone.
    async fn explain_gone(&self, finished: Result<Finished>) -> Result<Finished> {
        match finished {
            Err(error) if error.code() == Code::UploadGone => Err(self.entry.why_gone(error).await),
            finished => finished,
        }
    }

    /// The upload, if all of its bytes are acknowledged.
    async fn take_complete(&self, guard: &mut Option<WritableUpload>) -> Result<WritableUpload> {
        let writable = guard.as_mut().ok_or_else(Error::taken_over)?;
        let settled = self.entry.finish_previous_chunk(writable).await;
        let offset = writable.acknowledged.offset;
        if writable.file.is_broken()
            && let Some(writable) = guard.take()
        {
            self.entry.recover_from_disk_failure(writable).await;
        }
        settled?;
        if offset < self.size() {
            return Err(Error::fewer_than_announced(offset, self.size()));
        }
        guard.take().ok_or_else(Error::taken_over)
    }
}
