//! Watching how far an upload is, without asking again and again.

use std::fmt;

use tokio::sync::watch;

use crate::basics::error::{Error, Result};
use crate::service::open_uploads::progress::Reported;
use crate::service::upload_id::UploadId;
use crate::sessions::admin::Admin;
use crate::uploads::resumable::handle::ResumableUpload;
use crate::uploads::upload::Upload;

/// How far an upload is: one value that changes while bytes arrive. It is cheap to clone and can move between tasks.
///
/// ```
/// # async fn example(upload: youku_core::Upload) {
/// let mut progress = upload.progress();
/// tokio::spawn(async move {
///     while progress.changed().await {
///         println!("{} of {} bytes", progress.received(), progress.size());
///     }
/// });
/// # }
/// ```
#[derive(Clone)]
pub struct UploadProgress {
    size: u64,
    received: watch::Receiver<u64>,
}

impl UploadProgress {
    fn new(reported: &Reported, size: u64) -> Self {
        let mut received = reported.subscribe();
        received.mark_unchanged();
        Self { size, received }
    }

    /// The announced size, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many bytes have arrived. Of a resumable upload some of them may not be acknowledged yet; a chunk whose digest is wrong
    /// makes the number smaller.
    #[must_use]
    pub fn received(&self) -> u64 {
        *self.received.borrow()
    }

    /// Waits until more bytes have arrived, and returns true; false as soon as no handle of the upload is left in this process,
    /// because it has ended or was suspended. A reader that is slower than the upload sees only the newest number.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn changed(&mut self) -> bool {
        self.received.changed().await.is_ok()
    }
}

impl fmt::Debug for UploadProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadProgress")
            .field("size", &self.size)
            .field("received", &self.received())
            .finish()
    }
}

impl Upload {
    /// How far it is, to be watched by another task.
    #[must_use]
    pub fn progress(&self) -> UploadProgress {
        UploadProgress::new(&self.reported, self.announced.size)
    }
}

impl ResumableUpload {
    /// How far it is, to be watched by another task.
    #[must_use]
    pub fn progress(&self) -> UploadProgress {
        UploadProgress::new(&self.entry.reported, self.size())
    }
}

impl Admin {
    /// How far an upload of this user is that another handle in this process receives, whichever session opened it.
    /// [`upload_status`](Self::upload_status) tells how far those at other nodes are.
    ///
    /// # Errors
    ///
    /// - [`Code::UploadGone`](crate::Code::UploadGone): this user has no such upload, or no handle of it is open in this process.
    /// - [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn watch_upload(&self, id: &UploadId) -> Result<UploadProgress> {
        let row = self.find_upload(id).await?;
        let reported = self.session().service().uploads_in_progress.find(id);
        let reported = reported.ok_or_else(Error::upload_gone)?;
        Ok(UploadProgress::new(&reported, row.movie_size))
    }
}
