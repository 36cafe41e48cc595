//! What a movie would cost a user, without buying it.

use std::time::Duration;

use youku_orm::Model;

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::downloads::viewing::Viewings;
use crate::host::clock::between;
use crate::money::{bill, purchase};
use crate::movies::view::{MovieView, listed};
use crate::records::movies::movie::MovieRow;
use crate::sessions::handle::Session;

/// A movie, and what a download of it would cost a user now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quote {
    /// The movie.
    pub movie: MovieView,
    /// Whether the user has bought it.
    pub is_owned: bool,
    /// What the user would pay now, in fen: 0 when the movie is free or the user owns it.
    pub price_fen: u64,
    /// How long the user would wait before the first byte of a new viewing; zero for members. A wait that has begun
    /// counts.
    pub wait: Duration,
}

impl Session {
    /// A listed movie, with what it would cost this user now. It changes nothing: no wait begins and
    /// nothing is charged. Pass the price to [`at_most`](crate::DownloadRequest::at_most) once the
    /// user has agreed to it.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie does not exist, or is deleted.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session has ended.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn movie(&self, movie: MovieId) -> Result<Quote> {
        let service = self.service();
        let now = service.now();
        let caller = self.caller(&service.db, now).await?;
        let row = MovieRow::filter(MovieRow::M_ID.eq(movie.key())).filter(listed());
        let row = row.first(&service.db).await?;
        let row = row.ok_or_else(Error::no_such_movie)?;
        let is_owned = purchase::exists(caller.user, row.m_id, &service.db).await?;
        let price_fen = if is_owned {
            0
        } else {
            bill::price(&row, &service.policy, caller.is_vip(now))
        };
        let viewings = Viewings {
            caller: &caller,
            movie: row.m_id,
            policy: &service.policy,
            now,
        };
        let ready_at = viewings.would_be_ready_at(&service.db).await?;
        Ok(Quote {
            movie: row.into(),
            is_owned,
            price_fen,
            wait: between(now, ready_at),
        })
    }
}
