//! An upload that outlives its connection.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::io::AsyncRead;
use tokio::runtime::Handle;

use crate::basics::error::{Error, Result};
use crate::records::movies::movie::Kind;
use crate::records::movies::upload::UploadRow;
use crate::service::open_uploads::{Live, Slot};
use crate::service::upload_id::UploadId;
use crate::sessions::handle::Session;
use crate::storage::key::BlobKey;
use crate::uploads::new_movie::Announced;
use crate::uploads::resumable::chunk::Chunk;

/// An upload that comes in chunks and goes on after whatever stops it: another connection, another
/// session of the same user, another run of the program.
///
/// [`Admin::open_upload`](crate::Admin::open_upload) opens one and
/// [`Admin::resume_upload`](crate::Admin::resume_upload) takes it up again. There is one handle at
/// a time: a newer one takes the upload over, and the older one is told so with
/// [`Code::Interrupted`](crate::Code::Interrupted). Dropping a handle saves what has arrived, in
/// the background; [`suspend`](Self::suspend) waits for that.
///
/// It ends when it is [finished](Self::finish) or [aborted](Self::abort), or
/// [`Policy::upload_lifetime`](crate::Policy::upload_lifetime) after it was opened.
pub struct ResumableUpload {
    pub(crate) id: UploadId,
    pub(crate) announced: Announced,
    pub(crate) session: Session,
    pub(crate) slot: Arc<Slot>,
    offset: u64,
    expires_at: Timestamp,
    /// The digest of bytes that are in the store already, though the movie is not listed yet.
    pub(crate) published: Option<String>,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadStatus {
    /// Its id.
    pub id: UploadId,
    /// What the movie will be called.
    pub name: String,
    /// The announced size, in bytes.
    pub size: u64,
    /// Whether the movie will cost something.
    pub kind: Kind,
    /// The announced SHA-256, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// How many bytes have arrived and are safe; the next chunk begins there.
    pub offset: u64,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl ResumableUpload {
    pub(crate) fn new(
        session: &Session,
        (id, key): (UploadId, BlobKey),
        row: UploadRow,
        live: Option<Live>,
    ) -> Self {
        let published = live.is_none().then(|| row.prefix_sha256.clone()).flatten();
        Self {
            slot: Slot::new(session.youku(), &row, (id.clone(), key), live),
            id,
            session: session.clone(),
            offset: row.received,
            expires_at: row.expires_at,
            announced: row.into(),
            published,
        }
    }

    /// The name under which it can be resumed.
    #[must_use]
    pub fn id(&self) -> &UploadId {
        &self.id
    }

    /// The announced size, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.slot.size
    }

    /// How many bytes were acknowledged: they are on the disk, and neither a crash nor a power cut
    /// loses them. The next chunk begins there.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// When it ends by itself.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether `chunk` can be next, to be asked before its bytes are sent.
    ///
    /// # Errors
    ///
    /// - [`Code::OffsetMismatch`](crate::Code::OffsetMismatch): it begins elsewhere;
    ///   [`Error::offset`] says where the upload is.
    /// - [`Code::TooLarge`](crate::Code::TooLarge): it goes beyond the announced size.
    pub fn check(&self, chunk: &Chunk) -> Result<()> {
        chunk.require_next(self.offset, self.size())
    }

    /// Takes the bytes of one chunk from `reader`, no byte more, and says where the next one
    /// begins.
    ///
    /// When it returns, the bytes are acknowledged: see [`offset`](Self::offset). That costs a sync
    /// of the file and a small transaction, so chunks of some megabytes are the quickest; there is
    /// no limit to their length.
    ///
    /// # Errors
    ///
    /// - [`Code::OffsetMismatch`](crate::Code::OffsetMismatch): the chunk begins elsewhere than at
    ///   [`Error::offset`], perhaps because it came before. Nothing was read.
    /// - [`Code::TooLarge`](crate::Code::TooLarge): it goes beyond the announced size. Nothing was
    ///   read.
    /// - [`Code::BadRequest`](crate::Code::BadRequest): its `sha256` is no SHA-256. Nothing was
    ///   read.
    /// - [`Code::ChecksumMismatch`](crate::Code::ChecksumMismatch): its bytes are not those of its
    ///   `sha256`, and were forgotten.
    /// - [`Code::Interrupted`](crate::Code::Interrupted): the reader failed or ended too early, or
    ///   a newcomer took the upload over. Every byte that arrived is kept, unless the chunk has a
    ///   digest of its own: then none is.
    /// - [`Code::UploadGone`](crate::Code::UploadGone): the upload was aborted or has expired.
    /// - [`Code::NoSpace`](crate::Code::NoSpace): the disk is full; what was acknowledged stays,
    ///   and the upload can be resumed.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the database cannot be reached; the bytes
    ///   are acknowledged by the next call that reaches it.
    /// - [`Code::Internal`](crate::Code::Internal): the disk failed. When a sync did, the upload is
    ///   gone, because nobody knows what is on the disk.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what was read is kept, as when the reader had failed.
    pub async fn write_chunk(
        &mut self,
        chunk: &Chunk,
        reader: impl AsyncRead + Unpin + Send,
    ) -> Result<u64> {
        if self.published.is_some() {
            chunk.require_next(self.offset, self.size())?;
            return Ok(self.offset);
        }
        let mut slot = self.slot.live().await;
        let live = slot.as_mut().ok_or_else(Error::taken_over)?;
        let received = chunk.receive(live, &self.slot, &self.session, reader).await;
        self.offset = live.acknowledged.offset;
        if live.file.is_broken()
            && let Some(live) = slot.take()
        {
            self.slot.cut_back(live).await;
        }
        received.map(|()| self.offset)
    }

    /// Lets go of the upload, so that it can be resumed, and says where it will go on.
    ///
    /// # Errors
    ///
    /// Those of [`write_chunk`](Self::write_chunk) for bytes that arrived and were not acknowledged
    /// yet; the upload goes on before them.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the same happens in the background.
    pub async fn suspend(mut self) -> Result<u64> {
        let mut slot = self.slot.live().await;
        if let Some(live) = slot.as_mut() {
            let kept = self.slot.finish_earlier(live).await;
            self.offset = live.acknowledged.offset;
            kept?;
        }
        drop(slot);
        Ok(self.offset)
    }

    /// Ends the upload without a movie.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable),
    /// [`Code::Internal`](crate::Code::Internal): the upload may still be there, and ends when it
    /// expires.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the upload may still be there.
    pub async fn abort(self) -> Result<()> {
        if let Some(live) = self.slot.take().await {
            live.file.into_path().remove();
        }
        self.slot.drop_row().await.map(drop)
    }
}

/// Saves what has arrived, in the background. Without a runtime, as when a program ends, what was
/// not acknowledged is lost.
impl Drop for ResumableUpload {
    fn drop(&mut self) {
        self.slot.abandon();
        if let Ok(runtime) = Handle::try_current() {
            let slot = Arc::clone(&self.slot);
            runtime.spawn(async move { slot.give_way().await });
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
