//! Starting the bytes of a download.

use jiff::Timestamp;
use youku_orm::{Executor, Id, Model, New, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::downloads::authority::Authority;
use crate::downloads::body::Body;
use crate::downloads::download::Download;
use crate::downloads::rate_limit::RateLimit;
use crate::downloads::wait::Wait;
use crate::records::accounts::user::UserRow;
use crate::records::events::event::EventKind;
use crate::records::movies::download_record::{DownloadRecordRow, NewDownloadRecordRow};
use crate::records::movies::movie::MovieRow;
use crate::service::metrics;
use crate::service::outbox::Happened;
use crate::sessions::caller::Caller;
use crate::storage;
use crate::storage::key::BlobKey;

impl Download {
    /// Waits until [`ready_at`](Self::ready_at), records the download in the user's history and
    /// returns the bytes. A movie that is deleted during the wait is still delivered.
    ///
    /// If several downloads of the same user and movie wait together, one starts; the others wait
    /// again.
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
    /// again waits for the rest. When it is dropped later, the download may be recorded in the
    /// history and its wait may be used up, as after a lost connection.
    pub async fn body(self) -> Result<Body> {
        let service = self.session.service();
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
                Start::At(later) => ready_at = later,
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
        let wait = Wait {
            caller: &caller,
            movie: movie.m_id,
            resumes: self.offset > 0,
            policy: &self.session.service().policy,
            now,
        };
        if let Some(ready_at) = wait.use_up(&mut *tx).await? {
            return Ok(Start::At(ready_at));
        }
        self.record(&caller, movie.m_id, now, tx).await?;
        // An upload of the same bytes may have moved them since the download was granted.
        Ok(Start::Now(movie.movie_path))
    }

    /// Writes the history: one entry for a download, and no other entry when it is resumed.
    async fn record(
        &self,
        caller: &Caller,
        movie: Id<MovieRow>,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<()> {
        let before = DownloadRecordRow::filter(DownloadRecordRow::USER_ID.eq(caller.user))
            .filter(DownloadRecordRow::MOVIE_ID.eq(movie));
        if self.offset > 0 && before.exists(&mut *tx).await? {
            return Ok(());
        }
        let new = NewDownloadRecordRow {
            movie_id: movie,
            user_id: caller.user,
            download_time: now,
        };
        new.insert(&mut *tx).await?;
        forget_oldest(
            caller.user,
            self.session.service().policy.max_history,
            &mut *tx,
        )
        .await?;
        let downloaded = Happened {
            movie: Some(movie),
            ..Happened::to(caller.user)
        };
        downloaded.write(&[EventKind::Downloaded], now, tx).await
    }
}

/// How many old entries one download removes at most. It adds one, so a history that is much too long becomes shorter.
const FORGOTTEN: u64 = 200;

/// Removes entries of the user's history that are too many, the oldest.
async fn forget_oldest(user: Id<UserRow>, most: u32, tx: &mut Transaction) -> Result<()> {
    let key = DownloadRecordRow::D_ID;
    let rows = DownloadRecordRow::filter(DownloadRecordRow::USER_ID.eq(user));
    let newest_first = rows.order_by(key.desc());
    let beyond = newest_first.limit(FORGOTTEN).offset(most.into());
    let old = beyond.select(key).all(&mut *tx).await?;
    if !old.is_empty() {
        DownloadRecordRow::filter(key.in_(old)).delete(tx).await?;
    }
    Ok(())
}

/// The movie, deleted or not, as long as its bytes are not collected.
async fn downloadable<'c>(movie: MovieId, executor: impl Executor<'c>) -> Result<MovieRow> {
    let movie = MovieRow::find(executor, movie.key()).await?;
    let movie = movie.filter(|movie| !movie.is_collected);
    movie.ok_or_else(Error::no_such_movie)
}

/// What the transaction decided.
enum Start {
    /// The bytes start; they are under this key.
    Now(String),
    /// Another download used up the wait; the next wait ends at this moment.
    At(Timestamp),
}
