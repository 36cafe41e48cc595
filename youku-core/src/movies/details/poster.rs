//! The poster of a movie.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use youku_orm::{Model, New};

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::basics::rule::Rule;
use crate::movies::details::media_type::MediaType;
use crate::movies::view::listed;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::movies::movie::MovieRow;
use crate::records::movies::poster::{NewPosterRow, PosterRow};
use crate::sessions::admin::Admin;
use crate::sessions::handle::Session;

/// A small image for a movie.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Poster {
    /// `image/png`, `image/jpeg` or `image/webp`, by its first bytes.
    pub media_type: String,
    /// SHA-256 of the image: 64 lower-case hexadecimal characters. It may serve as an entity tag.
    pub sha256: String,
    /// The bytes, exactly as they were given.
    pub image: Vec<u8>,
}

impl Session {
    /// The poster of a movie, if it has one.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie does not exist, or is deleted.
    /// - [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn poster(&self, movie: MovieId) -> Result<Option<Poster>> {
        let db = &self.service().db;
        let row = MovieRow::filter(MovieRow::M_ID.eq(movie.key())).filter(listed());
        if !row.exists(db).await? {
            return Err(Error::no_such_movie());
        }
        let poster = PosterRow::filter(PosterRow::MOVIE_ID.eq(movie.key()));
        Ok(poster.first(db).await?.map(Poster::from))
    }
}

impl Admin {
    /// Gives a movie, deleted or not, this poster in place of any other. An empty image removes it.
    ///
    /// Only the first bytes of the image are examined, to tell its type. Who shows it decodes what an administrator has
    /// uploaded.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `poster` is larger than
    ///   [`DescriptionLimits::poster_bytes`](crate::DescriptionLimits::poster_bytes), or neither PNG nor JPEG nor WebP.
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie does not exist.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the poster was either replaced or not.
    pub async fn set_poster(&self, movie: MovieId, image: &[u8]) -> Result<()> {
        let service = self.session().service();
        let most = service.policy.descriptions.poster_bytes;
        if image.len() > most {
            return Err(Error::broken("poster", Rule::Bytes(most)));
        }
        let media_type = MediaType::of_image(image);
        if media_type.is_none() && !image.is_empty() {
            return Err(Error::broken("poster", Rule::Image));
        }
        let sha256 = HEXLOWER.encode(&Sha256::digest(image));
        let now = service.now();
        service
            .write(async |tx| {
                let caller = self.session().authorize_admin(&mut *tx, now).await?;
                let row = MovieRow::find(&mut *tx, movie.key()).await?;
                row.ok_or_else(Error::no_such_movie)?;
                let old = PosterRow::filter(PosterRow::MOVIE_ID.eq(movie.key()));
                old.delete(&mut *tx).await?;
                if let Some(media_type) = media_type {
                    let new = NewPosterRow {
                        movie_id: movie.key(),
                        media_type: media_type.as_str().to_owned(),
                        sha256: sha256.clone(),
                        image: image.to_owned(),
                    };
                    new.insert(&mut *tx).await.map_err(Error::lost_if_taken)?;
                }
                let described = NewAuditRow::by(&caller, Act::MovieDescribed, now);
                described.about_movie(movie.key()).write(tx).await
            })
            .await?;
        tracing::info!(user = %self.session().user_id(), %movie, "poster changed");
        Ok(())
    }
}

impl From<PosterRow> for Poster {
    fn from(row: PosterRow) -> Self {
        Self {
            media_type: row.media_type,
            sha256: row.sha256,
            image: row.image,
        }
    }
}
