//! The bytes of a download as its caller gets them.

use std::fmt;
use std::fs::File;
use std::ops::Range;

use bytes::Bytes;

use crate::basics::error::Result;
use crate::downloads::authority::Authority;
use crate::downloads::rate_limit::RateLimit;
use crate::service::user_limits::download_permits::DownloadPermit;
use crate::storage;

/// The bytes of a download, in order, one chunk after the other.
///
/// From a local folder, the next chunk is read while the previous one is sent. A body keeps
/// delivering when its movie is deleted or its session ends, but not for long when its user is
/// locked or deleted; see [`Policy::download_check`](crate::Policy::download_check). When the bytes are
/// [removed](crate::Policy::restore_window) during the download, a body from a folder or from
/// memory still delivers all of them; a body from another store either does so or fails. When the
/// movie is [purged](crate::Admin::purge), the body fails. No body
/// delivers other bytes, or ends too early without an error. A body counts as an open download
/// until it is dropped; see [`Policy::max_downloads`](crate::Policy::max_downloads).
pub struct Body {
    stored: Box<storage::body::Body>,
    /// Bytes that were read and are not given yet, because of the rate limit.
    held: Bytes,
    rate_limit: Option<Box<RateLimit>>,
    authority: Box<Authority>,
    permit: DownloadPermit,
}

/// The bytes of a download as a part of an open file. It counts as an open download until it is
/// dropped.
#[derive(Debug)]
#[non_exhaustive]
pub struct BodyFile {
    /// The open file, which can be read at any offset.
    pub file: File,
    /// Which bytes of the file to send. The file may have been cut short: the sender must check
    /// that it does not end too early.
    pub range: Range<u64>,
    authority: Box<Authority>,
    _permit: DownloadPermit,
}

impl Body {
    pub(super) fn new(
        stored: storage::body::Body,
        rate_limit: Option<RateLimit>,
        authority: Authority,
        permit: DownloadPermit,
    ) -> Self {
        Self {
            stored: Box::new(stored),
            held: Bytes::new(),
            rate_limit: rate_limit.map(Box::new),
            authority: Box::new(authority),
            permit,
        }
    }

    /// How many bytes remain.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.stored.remaining() + self.held.len() as u64
    }

    /// The open file that the bytes are in, for a host that can send a file without reading it.
    ///
    /// # Errors
    ///
    /// The body, unchanged, when its bytes are not in a local file,
    /// [`Policy::download_rate`](crate::Policy::download_rate) limits their rate, or
    /// [`chunk`](Self::chunk) was called.
    pub fn into_file(self) -> Result<BodyFile, Self> {
        if self.rate_limit.is_some() {
            return Err(self);
        }
        match self.stored.into_file() {
            Ok((file, range)) => Ok(BodyFile {
                file,
                range,
                authority: self.authority,
                _permit: self.permit,
            }),
            Err(stored) => Err(Self {
                stored: Box::new(stored),
                ..self
            }),
        }
    }

    /// Returns the next bytes, 1 to 262 144 of them, or `None` at the end. It waits when
    /// [`Policy::download_rate`](crate::Policy::download_rate) requires that.
    ///
    /// # Errors
    ///
    /// - [`Code::Internal`](crate::Code::Internal): the stored bytes end too early or cannot be
    ///   read, which is logged as an error. The download must be aborted, so that the client does
    ///   not take it for complete.
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie was [purged](crate::Admin::purge).
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the movie store cannot be reached.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated): the user was locked or deleted.
    ///
    /// After an error the body gives no more bytes; the download can be resumed
    /// [from](crate::DownloadRequest::from) where it stopped.
    ///
    /// # Cancel safety
    ///
    /// No bytes are lost when the future is dropped: the next call returns them.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.permit.require_open()?;
        let chunk = self.next_chunk().await;
        self.permit.require_open()?;
        chunk
    }

    async fn next_chunk(&mut self) -> Result<Option<Bytes>> {
        let nothing_left = self.remaining() == 0;
        if !nothing_left {
            self.authority.check().await?;
        }
        let Some(rate_limit) = self.rate_limit.as_mut().filter(|_| !nothing_left) else {
            return self.stored.chunk().await;
        };
        rate_limit.ready().await;
        if self.held.is_empty() {
            self.held = self.stored.chunk().await?.unwrap_or_default();
        }
        let chunk = self
            .held
            .split_to(self.held.len().min(rate_limit.portion()));
        rate_limit.spend(chunk.len());
        Ok(Some(chunk))
    }
}

impl BodyFile {
    /// Checks that the user may still have the bytes. A host that sends the file calls it between
    /// two pieces, as often as it likes: the database is asked once per
    /// [`Policy::download_check`](crate::Policy::download_check).
    ///
    /// # Errors
    ///
    /// [`Code::Unauthenticated`](crate::Code::Unauthenticated): the user was locked or deleted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn check(&mut self) -> Result<()> {
        self.authority.check().await
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}
