//! Granting a download.

use std::time::Duration;

use jiff::Timestamp;
use youku_orm::{Model, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::file_name::local_file_name;
use crate::basics::id::MovieId;
use crate::basics::rule::{Rule, require_hex};
use crate::downloads::download::Download;
use crate::downloads::viewing::{Viewing, Viewings, Wanted};
use crate::host::clock::between;
use crate::host::randomness::random_hex;
use crate::money::bill::{Bill, Terms};
use crate::money::settle::{Settled, settle};
use crate::movies::view::{is_still_listed, listed};
use crate::records::movies::movie::MovieRow;
use crate::service::shared::Service;
use crate::service::user_limits::download_permits::DownloadPermit;
use crate::sessions::handle::Session;
use crate::storage::key::BlobKey;

/// A request for a download; made by [`Session::download`].
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for before `open` is awaited"]
pub struct DownloadRequest {
    session: Session,
    movie: MovieId,
    offset: u64,
    length: u64,
    if_sha256: Option<String>,
    at_most: u64,
    watch_id: Option<String>,
}

impl Session {
    /// A download of this movie, from its first byte to its last. It charges nothing, unless
    /// [`at_most`](DownloadRequest::at_most) names a price.
    pub fn download(&self, movie: MovieId) -> DownloadRequest {
        DownloadRequest {
            session: self.clone(),
            movie,
            offset: 0,
            length: u64::MAX,
            if_sha256: None,
            at_most: 0,
            watch_id: None,
        }
    }
}

/// What the transaction decided.
enum Grant {
    Viewing(Viewing),
    /// The movie has to be paid for first.
    Unpaid(Bill),
}

impl DownloadRequest {
    /// Skips the first `offset` bytes, to resume an interrupted download.
    pub fn from(self, offset: u64) -> Self {
        Self { offset, ..self }
    }

    /// Ends after `length` bytes, or at the end of the movie if that comes first.
    pub fn length(self, length: u64) -> Self {
        Self { length, ..self }
    }

    /// Requires that the movie has this digest: the SHA-256 of all of its bytes, in hexadecimal. It
    /// is for a client that has a part of the movie, and must not join it with bytes of another
    /// movie.
    pub fn if_sha256(mut self, digest: &str) -> Self {
        self.if_sha256 = Some(digest.to_owned());
        self
    }

    /// Agrees to pay this price, in fen, or a lower one. [`Session::movie`] says what the user would
    /// pay. Without this, the download charges nothing, and one that has a price is refused.
    pub fn at_most(self, price_fen: u64) -> Self {
        Self {
            at_most: price_fen,
            ..self
        }
    }

    /// Continues the viewing with this id, the [`watch_id`](Download::watch_id) of an earlier
    /// download of the same user and movie, from any offset. A viewing has one wait and one entry in
    /// the history, however many parts of the movie are requested. An id that is unknown, of another
    /// user or movie, or older than [`Policy::resume_window`](crate::Policy::resume_window) counts as
    /// none.
    pub fn watch_id(mut self, watch_id: &str) -> Self {
        self.watch_id = Some(watch_id.to_owned());
        self
    }

    /// Opens the download. A paid movie is charged here, once for each user and movie. For a user
    /// without membership the wait starts here, once for each viewing. A download from offset 0
    /// without a [`watch_id`](Self::watch_id) belongs to a new viewing, or to the one that waits; from
    /// another offset it belongs to the latest one.
    ///
    /// Asking again, after a lost connection or at another server of the same database, neither
    /// charges again nor restarts nor skips the wait. A viewing that has started can be continued
    /// without a wait for [`Policy::resume_window`](crate::Policy::resume_window).
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the movie does not exist, or is deleted.
    /// - [`Code::Changed`]: the movie has another digest than the requested one.
    /// - [`Code::BadRequest`]: the field `offset` is beyond the movie's end, or `if_sha256` is not
    ///   a digest.
    /// - [`Code::RateLimited`]: more downloads are open than the policy allows.
    /// - [`Code::PriceChanged`]: the movie costs this user more than [`at_most`](Self::at_most)
    ///   says, and nothing was charged.
    /// - [`Code::PaymentDeclined`]: the movie has a price, and nothing was charged.
    /// - [`Code::Unauthenticated`] and [`Code::SessionReplaced`]: the session has ended.
    /// - [`Code::Unavailable`]: the database, the store or the payment provider cannot be reached, or
    ///   the bytes of the movie are not in the store.
    ///   If the provider has taken the money nevertheless, asking again charges nothing.
    /// - [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the movie may have been paid for and the wait may have begun;
    /// asking again continues from there. A charge that has begun is completed in any case.
    pub async fn open(self) -> Result<Download> {
        let service = self.session.service();
        let movie = find_with_bytes(self.movie, service).await?;
        self.require_digest(&movie)?;
        if self.offset > movie.movie_size {
            return Err(Error::broken("offset", Rule::Range(0..=movie.movie_size)));
        }
        let user = self.session.user_id();
        let permit = service
            .download_permits
            .acquire(user, self.movie, &service.policy)?;
        let now = service.now();
        let (price_fen, viewing) = self.pay(now).await?;
        let wait = between(now, viewing.ready_at);
        let download = self.download(movie, permit, viewing);
        Ok(Download {
            wait,
            price_fen,
            ..download
        })
    }

    fn require_digest(&self, movie: &MovieRow) -> Result<()> {
        let Some(digest) = &self.if_sha256 else {
            return Ok(());
        };
        if require_hex("if_sha256", digest, 64)? == movie.sha256 {
            return Ok(());
        }
        let text =
            "the movie now has other bytes than the part you already have; begin again at offset 0";
        Err(Error::new(Code::Changed, text))
    }

    /// Pays for the movie if necessary. Returns the price that was paid, and the viewing.
    async fn pay(&self, now: Timestamp) -> Result<(u64, Viewing)> {
        let service = self.session.service();
        let mut price_fen = 0;
        // After one payment the next attempt grants the download, unless the purchase is missing.
        for _ in 0..2 {
            let key = random_hex::<16>(&*service.randomness)?;
            let grant = service.write(async |tx| self.grant(&key, now, tx).await);
            match grant.await? {
                Grant::Viewing(viewing) => return Ok((price_fen, viewing)),
                Grant::Unpaid(bill) => {
                    let amount_fen = bill.charge.amount_fen;
                    if let Settled::Now(_) = settle(self.session.youku(), bill).await? {
                        price_fen = amount_fen;
                    }
                }
            }
        }
        Err(Error::internal("a movie was paid for and has no purchase"))
    }

    async fn grant(&self, key: &str, now: Timestamp, tx: &mut Transaction) -> Result<Grant> {
        let caller = self.session.authorize(&mut *tx, now).await?;
        let movie = find(self.movie, &mut *tx).await?;
        let policy = &self.session.service().policy;
        let terms = Terms {
            caller: &caller,
            policy,
            key,
            at_most: self.at_most,
            now,
        };
        if let Some(bill) = Bill::for_movie(terms, &movie, &mut *tx).await? {
            return Ok(Grant::Unpaid(bill));
        }
        let viewings = Viewings {
            caller: &caller,
            movie: movie.m_id,
            policy,
            now,
        };
        let wanted = Wanted {
            watch_id: self.watch_id.as_deref(),
            resumes: self.offset > 0,
            new_id: key,
        };
        Ok(Grant::Viewing(viewings.join(&wanted, tx).await?))
    }

    fn download(self, movie: MovieRow, permit: DownloadPermit, viewing: Viewing) -> Download {
        let file_name = local_file_name(&movie.movie_name, &format!("movie-{}", movie.m_id));
        Download {
            movie_id: self.movie,
            movie_name: movie.movie_name,
            file_name,
            size: movie.movie_size,
            offset: self.offset,
            length: self.length.min(movie.movie_size - self.offset),
            sha256: movie.sha256,
            ready_at: viewing.ready_at,
            watch_id: viewing.watch_id,
            wait: Duration::ZERO,
            price_fen: 0,
            session: self.session,
            permit,
        }
    }
}

async fn find(movie: MovieId, executor: impl youku_orm::Executor) -> Result<MovieRow> {
    let listed = MovieRow::filter(MovieRow::M_ID.eq(movie.key())).filter(listed());
    listed
        .first(executor)
        .await?
        .ok_or_else(Error::no_such_movie)
}

/// A listed movie whose bytes exist: no user pays or waits for one without bytes. If there are none,
/// either the movie was deleted and collected since its row was read, and perhaps uploaded again, or
/// a part of the store is away.
async fn find_with_bytes(movie: MovieId, service: &Service) -> Result<MovieRow> {
    loop {
        let row = find(movie, &service.db).await?;
        let size = match BlobKey::parse(&row.movie_path) {
            Some(key) => service.blobs.size(&key).await?,
            None => None,
        };
        if size == Some(row.movie_size) {
            return Ok(row);
        }
        if is_still_listed(&row, &service.db).await? {
            return Err(Error::bytes_missing(movie));
        }
    }
}
