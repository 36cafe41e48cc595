//! A check of the host that accepts or refuses each upload: a scan for viruses, a probe of the format, a list of digests.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use tokio::fs::File;

use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;

/// What [`UploadCheck::check`] returns: a future that may borrow the check and the upload.
pub type Checking<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// Accepts or refuses uploads; see [`Builder::upload_check`](crate::Builder::upload_check).
///
/// ```
/// use youku_core::{Checking, CompleteUpload, UploadCheck, Verdict};
///
/// /// Takes nothing but films.
/// #[derive(Debug)]
/// struct Films;
///
/// impl UploadCheck for Films {
///     fn check<'a>(&'a self, upload: &'a CompleteUpload) -> Checking<'a> {
///         Box::pin(async move {
///             if upload.media_type.starts_with("video/") {
///                 Verdict::Accept
///             } else {
///                 Verdict::Refuse("only films are welcome here".to_owned())
///             }
///         })
///     }
/// }
/// ```
pub trait UploadCheck: fmt::Debug + Send + Sync + 'static {
    /// Examines the complete bytes of an upload, before they are published and listed.
    ///
    /// It is called outside of any transaction, once for each call of `finish`, and may take
    /// [`Policy::upload_check_timeout`](crate::Policy::upload_check_timeout). A crash while it runs leaves an upload that can be
    /// finished again, which calls it again, or one that ends like any other whose process is gone. Bytes that are already
    /// listed are checked too: that they exist is found out later.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped when its time is over, and when the runtime shuts down.
    fn check<'a>(&'a self, upload: &'a CompleteUpload) -> Checking<'a>;
}

impl<C: UploadCheck + ?Sized> UploadCheck for Arc<C> {
    fn check<'a>(&'a self, upload: &'a CompleteUpload) -> Checking<'a> {
        (**self).check(upload)
    }
}

/// What a check decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The movie is listed.
    Accept,
    /// The upload ends, and its bytes are removed at once. Its user gets
    /// [`Code::UploadRefused`](crate::Code::UploadRefused) with this text.
    Refuse(String),
    /// The check cannot decide now: a scanner does not answer. The user gets
    /// [`Code::Unavailable`](crate::Code::Unavailable), and can finish a resumable upload again.
    Undecided,
}

/// An upload whose bytes are complete and have the announced digest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompleteUpload {
    /// What the movie will be called: text for display, never a path.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// SHA-256 of the bytes: 64 lower-case hexadecimal characters.
    pub sha256: String,
    /// What the bytes are; see [`MovieDetails::media_type`](crate::MovieDetails::media_type).
    pub media_type: String,
    /// Who uploads it.
    pub user: UserId,
    /// A file with exactly these bytes, for programs such as scanners. It exists as long as the check runs, and must not be
    /// changed.
    pub path: PathBuf,
}

impl CompleteUpload {
    /// Opens the bytes for reading.
    ///
    /// # Errors
    ///
    /// [`Code::Internal`](crate::Code::Internal): the file cannot be opened.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn open(&self) -> Result<File> {
        File::open(&self.path).await.map_err(Error::internal)
    }
}
