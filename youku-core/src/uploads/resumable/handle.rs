//! An upload that outlives its connection.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::io::AsyncRead;
use tokio::runtime::Handle;

use crate::basics::error::{Error, Result};
use crate::records::movies::movie::Kind;
use crate::records::movies::upload::UploadRow;
use crate::service::open_uploads::{UploadEntry, WritableUpload};
use crate::service::upload_id::UploadId;
use crate::sessions::handle::Session;
use crate::storage::key::BlobKey;
use crate::uploads::new_movie::Announced;
use crate::uploads::resumable::chunk::Chunk;

/// An upload that arrives in chunks and can be resumed after any interruption: over another
/// connection, in another session of the same user, in another run of the program.
///
/// [`Admin::open_upload`](crate::Admin::open_upload) opens one and
/// [`Admin::resume_upload`](crate::Admin::resume_upload) resumes it. There is one handle at a time:
/// a newer one takes the upload over, and calls of the older one fail with
/// [`Code::Interrupted`](crate::Code::Interrupted). Dropping a handle saves the bytes that have
/// arrived, in the background; [`suspend`](Self::suspend) waits for that.
///
/// It ends when it is [finished](Self::finish) or [aborted](Self::abort), or
/// [`Policy::upload_lifetime`](crate::Policy::upload_lifetime) after its last byte. Until its first
/// byte has arrived it reserves space for
/// [`Policy::upload_reservation`](crate::Policy::upload_reservation) only.
pub struct ResumableUpload {
    pub(crate) id: UploadId,
    pub(crate) announced: Announced,
    pub(crate) session: Session,
    pub(crate) entry: Arc<UploadEntry>,
    offset: u64,
    expires_at: Timestamp,
    /// The digest of bytes that are already in the store, although the movie is not listed yet.
    pub(crate) published: Option<String>,
}

/// The progress of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadStatus {
    /// Its id.
    pub id: UploadId,
    /// What the movie will be called.
    pub name: String,
    /// The announced size, in bytes.
    pub size: u64,
    /// Whether the movie will have to be paid for.
    pub kind: Kind,
    /// The announced SHA-256, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// How many bytes have arrived and are acknowledged; the next chunk begins there. For an upload
    /// that cannot be resumed, how many had arrived at its last sign of life.
    pub offset: u64,
    /// Whether it [can be resumed](crate::Admin::resume_upload). One that ends with its handle can
    /// only be [aborted](crate::Admin::abort_upload).
    pub is_resumable: bool,
    /// When it expires unless it receives another byte before that.
    pub expires_at: Timestamp,
}

impl ResumableUpload {
    pub(crate) fn new(
        session: &Session,
        (id, key): (UploadId, BlobKey),
        row: UploadRow,
        writable: Option<WritableUpload>,
    ) -> Self {
        let published = writable
            .is_none()
            .then(|| row.prefix_sha256.clone())
            .flatten();
        Self {
            entry: UploadEntry::new(session.youku(), &row, (id.clone(), key), writable),
            id,
            session: session.clone(),
            offset: row.received,
            expires_at: row.expires_at,
            announced: row.into(),
            published,
        }
    }

    /// The id with which it can be resumed.
    #[must_use]
    pub fn id(&self) -> &UploadId {
        &self.id
    }

    /// The announced size, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.entry.size
    }

    /// How many bytes were acknowledged: they are on the disk, and neither a crash nor a power
    /// failure loses them. The next chunk begins there.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// When it expires unless it receives another byte before that.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Checks whether `chunk` can be the next one, before its bytes are sent.
    ///
    /// # Errors
    ///
    /// - [`Code::OffsetMismatch`](crate::Code::OffsetMismatch): it begins at another offset than
    ///   that of the upload, which is [`Error::offset`].
    /// - [`Code::TooLarge`](crate::Code::TooLarge): it extends beyond the announced size.
    pub fn check(&self, chunk: &Chunk) -> Result<()> {
        chunk.require_next(self.offset, self.size())
    }

    /// Reads exactly the bytes of one chunk from `reader`, and returns the offset at which the next
    /// one begins.
    ///
    /// When it returns, the bytes are acknowledged: see [`offset`](Self::offset). Each call costs a
    /// sync of the file and a small transaction, so chunks of some megabytes are fastest; their
    /// length is not limited.
    ///
    /// # Errors
    ///
    /// - [`Code::OffsetMismatch`](crate::Code::OffsetMismatch): the chunk does not begin at
    ///   [`Error::offset`], perhaps because it was already sent. Nothing was read.
    /// - [`Code::TooLarge`](crate::Code::TooLarge): it extends beyond the announced size. Nothing
    ///   was read.
    /// - [`Code::BadRequest`](crate::Code::BadRequest): its `sha256` is not a SHA-256. Nothing was
    ///   read.
    /// - [`Code::ChecksumMismatch`](crate::Code::ChecksumMismatch): its bytes do not match its
    ///   `sha256`, and were discarded.
    /// - [`Code::Interrupted`](crate::Code::Interrupted): the reader failed or ended too early, or
    ///   a new handle took the upload over. Every byte that arrived is kept, unless the chunk has
    ///   its own digest: then none of them is kept.
    /// - [`Code::UploadGone`](crate::Code::UploadGone): the upload was aborted or has expired.
    /// - [`Code::NoSpace`](crate::Code::NoSpace): the disk is full; acknowledged bytes stay, and
    ///   the upload can be resumed. Or the first chunk came so late that its space was no longer
    ///   reserved; then it may also be [`Code::QuotaExceeded`](crate::Code::QuotaExceeded), and
    ///   nothing was read.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the database cannot be reached; the next
    ///   call that reaches it acknowledges the bytes.
    /// - [`Code::Internal`](crate::Code::Internal): the disk failed. If a sync failed, the upload
    ///   is gone, because what is on the disk is unknown.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the bytes that were read are kept, as when the reader fails.
    pub async fn write_chunk(
        &mut self,
        chunk: &Chunk,
        reader: impl AsyncRead + Unpin + Send,
    ) -> Result<u64> {
        if self.published.is_some() {
            chunk.require_next(self.offset, self.size())?;
            return Ok(self.offset);
        }
        let mut guard = self.entry.writable().await;
        let writable = guard.as_mut().ok_or_else(Error::taken_over)?;
        let received = chunk
            .receive(writable, &self.entry, &self.session, reader)
            .await;
        self.entry.reported.send_replace(writable.file.received());
        let before = std::mem::replace(&mut self.offset, writable.acknowledged.offset);
        if writable.file.is_broken()
            && let Some(writable) = guard.take()
        {
            self.entry.recover_from_disk_failure(writable).await;
        }
        if received.is_ok() && self.offset > before {
            self.expires_at = self.entry.expiry();
        }
        received.map(|()| self.offset)
    }

    /// Releases the upload, so that it can be resumed, and returns the offset at which it will
    /// continue.
    ///
    /// # Errors
    ///
    /// Those of [`write_chunk`](Self::write_chunk) for bytes that arrived and were not acknowledged
    /// yet; the upload then continues before them.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the same happens in the background.
    pub async fn suspend(mut self) -> Result<u64> {
        let mut guard = self.entry.writable().await;
        if let Some(writable) = guard.as_mut() {
            let kept = self.entry.finish_previous_chunk(writable).await;
            self.offset = writable.acknowledged.offset;
            kept?;
        }
        drop(guard);
        Ok(self.offset)
    }

    /// Ends the upload without a movie.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal):
    /// the upload may still exist, until it expires.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the upload may still exist.
    pub async fn abort(self) -> Result<()> {
        if let Some(writable) = self.entry.take_writable().await {
            writable.file.into_path().remove();
        }
        self.entry.end().await
    }
}

/// Saves the bytes that have arrived, in the background. Without a runtime, as when a program ends,
/// bytes that were not acknowledged are lost.
impl Drop for ResumableUpload {
    fn drop(&mut self) {
        self.entry.abandon();
        if let Ok(runtime) = Handle::try_current() {
            let entry = Arc::clone(&self.entry);
            runtime.spawn(async move { entry.save_and_release().await });
        }
    }
}

impl fmt::Debug for ResumableUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumableUpload")
            .field("id", &self.id)
            .field("size", &self.size())
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
