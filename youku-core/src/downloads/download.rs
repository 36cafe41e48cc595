//! Downloading a movie: request it, pay for it if it has a price, wait, then read.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::basics::id::MovieId;
use crate::sessions::handle::Session;

/// A download that was granted. Its bytes start with [`body`](Self::body).
///
/// It holds no file or connection open, and may be kept as long as its session lives. It counts as
/// an open download until it is dropped, see
/// [`Policy::max_downloads`](crate::Policy::max_downloads).
#[non_exhaustive]
pub struct Download {
    /// The movie.
    pub movie_id: MovieId,
    /// The name of the movie: text for display.
    pub movie_name: String,
    /// A name for the file that is safe on any system: no path parts, no control characters, at
    /// most 200 bytes, with the extension of the movie's name.
    pub file_name: String,
    /// The size of the whole movie, in bytes.
    pub size: u64,
    /// How many bytes are skipped at the beginning.
    pub offset: u64,
    /// How many bytes will come: up to the end, or as many as were requested.
    pub length: u64,
    /// SHA-256 of the whole movie: 64 lower-case hexadecimal characters.
    pub sha256: String,
    /// Names the viewing that this download belongs to, for
    /// [`DownloadRequest::watch_id`](crate::DownloadRequest::watch_id): 32 lower-case hexadecimal
    /// characters.
    pub watch_id: String,
    /// When the bytes may start.
    pub ready_at: Timestamp,
    /// The time from the grant of the download until then; zero for members.
    pub wait: Duration,
    /// What was charged for the movie by this request, in fen: 0 when it is free or was paid for
    /// before.
    pub price_fen: u64,
    pub(super) session: Session,
    pub(super) permit: crate::service::user_limits::download_permits::DownloadPermit,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("movie_id", &self.movie_id)
            .field("size", &self.size)
            .field("offset", &self.offset)
            .field("watch_id", &self.watch_id)
            .field("ready_at", &self.ready_at)
            .field("price_fen", &self.price_fen)
            .finish_non_exhaustive()
    }
}
