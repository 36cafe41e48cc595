//! Granting a download.

use jiff::Timestamp;
use youku_orm::{Model, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::file_name::local_file_name;
use crate::basics::id::MovieId;
use crate::basics::rule::{Rule, require_hex};
use crate::downloads::download::Download;
use crate::downloads::wait::Wait;
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
}

impl Session {
    /// A download of this movie, from its first byte to its last.
    pub fn download(&self, movie: MovieId) -> DownloadRequest {
        DownloadRequest {
            session: self.clone(),
            movie,
            offset: 0,
            length: u64::MAX,
            if_sha256: None,
        }
    }
}

/// What the transaction decided.
enum Grant {
    At(Timestamp),
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

    /// Opens the download. A paid movie is charged here, once for each user and movie. For a user
    /// without membership the wait starts here, once for each download.
    ///
    /// Asking again, after a lost connection or at another server of the same database, neither
    /// charges again nor restarts nor skips the wait. A download that has started can be resumed
    /// without a wait for [`Policy::resume_window`](crate::Policy::resume_window).
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the movie does not exist, or is deleted.
    /// - [`Code::Changed`]: the movie has another digest than the requested one.
    /// - [`Code::BadRequest`]: the field `offset` is beyond the movie's end, or `if_sha256` is not
    ///   a digest.
    /// - [`Code::RateLimited`]: more downloads are open than the policy allows.
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
        let (price_fen, ready_at) = self.pay(now).await?;
        Ok(self.download(movie, permit, price_fen, (now, ready_at)))
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

    /// Pays for the movie if necessary. Returns the price that was paid, and when the bytes may
    /// start.
    async fn pay(&self, now: Timestamp) -> Result<(u64, Timestamp)> {
        let service = self.session.service();
        let mut price_fen = 0;
        // After one payment the next attempt grants the download, unless the purchase is missing.
        for _ in 0..2 {
            let key = random_hex::<16>(&*service.randomness)?;
            let grant = service.write(async |tx| self.grant(&key, now, tx).await);
            match grant.await? {
                Grant::At(ready_at) => return Ok((price_fen, ready_at)),
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
            now,
        };
        if let Some(bill) = Bill::for_movie(terms, &movie, &mut *tx).await? {
            return Ok(Grant::Unpaid(bill));
        }
        let wait = Wait {
            caller: &caller,
            movie: movie.m_id,
            resumes: self.offset > 0,
            policy,
            now,
        };
        Ok(Grant::At(wait.ready_at(tx).await?))
    }

    fn download(
        self,
        movie: MovieRow,
        permit: DownloadPermit,
        price_fen: u64,
        (now, ready_at): (Timestamp, Timestamp),
    ) -> Download {
        let file_name = local_file_name(&movie.movie_name, &format!("movie-{}", movie.m_id));
        Download {
            movie_id: self.movie,
            movie_name: movie.movie_name,
            file_name,
            size: movie.movie_size,
            offset: self.offset,
            length: self.length.min(movie.movie_size - self.offset),
            sha256: movie.sha256,
            ready_at,
            wait: between(now, ready_at),
            price_fen,
            session: self.session,
            permit,
        }
    }
}

async fn find<'c>(movie: MovieId, executor: impl youku_orm::Executor<'c>) -> Result<MovieRow> {
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
