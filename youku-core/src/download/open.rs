//! Granting a download.

use jiff::Timestamp;
use youku_orm::{Model, Transaction};

use super::Download;
use super::purchase::charge;
use super::wait::Wait;
use crate::clock::between;
use crate::model::MovieRow;
use crate::movie::listed;
use crate::service::Service;
use crate::storage::BlobKey;
use crate::{Error, MovieId, Result, Session, file_name};

/// A download to ask for; made by [`Session::download`].
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for before `open` is awaited"]
pub struct DownloadRequest {
    session: Session,
    movie: MovieId,
    offset: u64,
}

impl Session {
    /// A download of this movie, from its first byte.
    pub fn download(&self, movie: MovieId) -> DownloadRequest {
        DownloadRequest {
            session: self.clone(),
            movie,
            offset: 0,
        }
    }
}

/// What the transaction decided.
struct Grant {
    movie: MovieRow,
    price_fen: u64,
    ready_at: Timestamp,
}

impl DownloadRequest {
    /// Leaves out the first `offset` bytes, to resume a download that broke off.
    pub fn from(self, offset: u64) -> Self {
        Self { offset, ..self }
    }

    /// Asks for the download. A charged movie is paid for here, once for each user and movie; a
    /// user without membership starts to wait here, once for each download.
    ///
    /// Asking again, after a broken connection or at another server of the same database, neither
    /// charges again nor restarts nor skips the wait. Resuming a download that has started needs
    /// no wait for [`Policy::resume_window`](crate::Policy::resume_window).
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): there is no such movie, or it is deleted.
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `offset` is beyond the movie's
    ///   end.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session has ended.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the movie may have been paid for and the wait begun; asking
    /// again goes on from there.
    pub async fn open(self) -> Result<Download> {
        let service = self.session.service();
        let movie = find(self.movie, &service.db).await?;
        if self.offset > movie.movie_size {
            let rule = format!("`offset` must be {} or less", movie.movie_size);
            return Err(Error::bad_request("offset", rule));
        }
        require_bytes(service, &movie).await?;
        let now = service.now();
        let grant = service.write(async |tx| self.grant(now, tx).await).await?;
        if grant.price_fen > 0 {
            let (user, price_fen) = (self.session.user_id(), grant.price_fen);
            tracing::info!(%user, movie = %self.movie, price_fen, "movie charged");
        }
        Ok(self.download(grant, now))
    }

    async fn grant(&self, now: Timestamp, tx: &mut Transaction) -> Result<Grant> {
        let caller = self.session.authorize(&mut *tx, now).await?;
        let movie = find(self.movie, &mut *tx).await?;
        let policy = &self.session.service().policy;
        let price_fen = charge(&caller, &movie, policy, now, &mut *tx).await?;
        let wait = Wait {
            caller: &caller,
            movie: movie.m_id,
            resumes: self.offset > 0,
            policy,
            now,
        };
        let ready_at = wait.ready_at(&mut *tx).await?;
        Ok(Grant {
            movie,
            price_fen,
            ready_at,
        })
    }

    fn download(self, grant: Grant, now: Timestamp) -> Download {
        let Grant {
            movie,
            price_fen,
            ready_at,
        } = grant;
        let file_name = file_name::safe(&movie.movie_name, &format!("movie-{}", movie.m_id));
        Download {
            movie_id: self.movie,
            movie_name: movie.movie_name,
            file_name,
            size: movie.movie_size,
            offset: self.offset,
            length: movie.movie_size - self.offset,
            sha256: movie.sha256,
            ready_at,
            wait: between(now, ready_at),
            price_fen,
            session: self.session,
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

/// Nobody pays or waits for a movie whose bytes are not there, which must be impossible.
async fn require_bytes(service: &Service, movie: &MovieRow) -> Result<()> {
    let size = match BlobKey::parse(&movie.movie_path) {
        Some(key) => service.blobs.size(&key).await?,
        None => None,
    };
    if size == Some(movie.movie_size) {
        return Ok(());
    }
    let text = format!("the bytes of movie {} are missing or cut short", movie.m_id);
    Err(Error::internal(text))
}
