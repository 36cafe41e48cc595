//! Starting the bytes of a download.

use jiff::Timestamp;
use youku_orm::{Executor, Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::downloads::authority::Authority;
use crate::downloads::body::Body;
use crate::downloads::download::Download;
use crate::downloads::rate_limit::RateLimit;
use crate::downloads::viewing::{Viewing, Viewings};
use crate::records::movies::movie::MovieRow;
use crate::service::metrics;
use crate::storage;
use crate::storage::key::BlobKey;

impl Download {
    /// Waits until [`ready_at`](Self::ready_at), records the viewing in the user's history, unless
    /// another download of it has done so, and returns the bytes. A movie that is deleted during the
    /// wait is still delivered.
    ///
    /// A wait that ended longer ago than [`Policy::wait_lifetime`](crate::Policy::wait_lifetime) may
    /// have to be waited again.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session ended during the
    ///   wait.
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie was deleted so long ago that its
    ///   bytes have been removed.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped during the wait, nothing has happened, and opening the download
    /// again waits for the rest. When it is dropped later, the viewing may be recorded in the
    /// history, as after a lost connection; its [`watch_id`](Self::watch_id) continues it.
    pub async fn body(mut self) -> Result<Body> {
        let session = self.session.clone();
        let service = session.service();
        let mut ready_at = self.ready_at;
        loop {
            service.clock.sleep_until(ready_at).await;
            let now = service.now();
            let started = service.write(async |tx| self.start(now, tx).await).await?;
            match started {
                Start::Now(path) => {
                    metrics::downloading();
                    let stored = self.stored(path).await?;
                    let clock = &service.clock;
                    let rate = service.policy.download_rate;
                    let rate_limit = rate.map(|rate| RateLimit::new(rate, clock.clone()));
                    let authority = Authority::new(&self.session, now);
                    return Ok(Body::new(stored, rate_limit, authority, self.permit));
                }
                Start::Later(viewing) => {
                    ready_at = viewing.ready_at;
                    self.watch_id = viewing.watch_id;
                }
            }
        }
    }

    /// The bytes that are stored under the key `path`, or under their present key: since the
    /// transaction the movie may have been deleted, collected, and uploaded again.
    async fn stored(&self, mut path: String) -> Result<storage::body::Body> {
        let service = self.session.service();
        loop {
            let key = BlobKey::parse(&path).ok_or_else(|| Error::internal("no key"))?;
            let range = self.offset..self.offset + self.length;
            if let Some(stored) = service.blobs.read(&key, range, self.size).await? {
                return Ok(stored);
            }
            let movie = downloadable(self.movie_id, &service.db).await?;
            if movie.movie_path == path {
                return Err(Error::bytes_missing(self.movie_id));
            }
            path = movie.movie_path;
        }
    }

    async fn start(&self, now: Timestamp, tx: &mut Transaction) -> Result<Start> {
        let caller = self.session.authorize(&mut *tx, now).await?;
        let movie = downloadable(self.movie_id, &mut *tx).await?;
        let viewings = Viewings {
            caller: &caller,
            movie: movie.m_id,
            policy: &self.session.service().policy,
            now,
        };
        if let Some(viewing) = viewings.begin(&self.watch_id, tx).await? {
            return Ok(Start::Later(viewing));
        }
        // An upload of the same bytes may have moved them since the download was granted.
        Ok(Start::Now(movie.movie_path))
    }
}

/// The movie, deleted or not, as long as its bytes are not collected.
async fn downloadable(movie: MovieId, executor: impl Executor) -> Result<MovieRow> {
    let movie = MovieRow::find(executor, movie.key()).await?;
    let movie = movie.filter(|movie| !movie.is_collected);
    movie.ok_or_else(Error::no_such_movie)
}

/// What the transaction decided.
enum Start {
    /// The bytes start; they are under this key.
    Now(String),
    /// The wait is not over.
    Later(Viewing),
}
