//! What is said about a movie apart from its name: title, description, tags, poster, and a value of the host.

pub(crate) mod media_type;

mod tags;

pub(crate) mod describe;
pub(crate) mod poster;

use serde_json::Value;
use youku_orm::{Database, Model};

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::movies::details::media_type::MediaType;
pub(super) use crate::movies::details::tags::with as with_tag;
use crate::movies::view::listed;
use crate::records::movies::detail::MovieDetailRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::poster::PosterRow;
use crate::sessions::handle::Session;

/// What is said about a movie; see [`Admin::describe`](crate::Admin::describe).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MovieDetails {
    /// The movie.
    pub movie: MovieId,
    /// A title for display, which may differ from the name of the file.
    pub title: Option<String>,
    /// A text of several lines.
    pub description: Option<String>,
    /// What the host stores with the movie. The service never reads it.
    pub data: Option<Value>,
    /// The tags, in the order in which they were given.
    pub tags: Vec<String>,
    /// What the bytes are, such as `video/mp4`: by their first bytes or, if these say nothing, by the name at the upload.
    /// `application/octet-stream` if neither is known.
    ///
    /// # Security
    ///
    /// It describes the bytes and does not make them harmless: bytes that look like HTML have the type `text/html`. A host that
    /// sends it to browsers adds `X-Content-Type-Options: nosniff`, and refuses the types that it does not expect.
    pub media_type: String,
    /// Whether it has a [poster](Session::poster).
    pub has_poster: bool,
}

impl Session {
    /// What is said about a movie. It changes nothing.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie does not exist, or is deleted.
    /// - [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn movie_details(&self, movie: MovieId) -> Result<MovieDetails> {
        let db = &self.service().db;
        let row = MovieRow::filter(MovieRow::M_ID.eq(movie.key())).filter(listed());
        let row = row.first(db).await?.ok_or_else(Error::no_such_movie)?;
        read(&row, db).await
    }
}

/// The details of a movie, listed or not.
async fn read(movie: &MovieRow, db: &Database) -> Result<MovieDetails> {
    let row = MovieDetailRow::filter(MovieDetailRow::MOVIE_ID.eq(movie.m_id));
    let row = row.first(db).await?;
    let tags = tags::of(movie.m_id, db).await?;
    let poster = PosterRow::filter(PosterRow::MOVIE_ID.eq(movie.m_id));
    let has_poster = poster.exists(db).await?;
    let by_name = || MediaType::find(&movie.movie_name, &[]).to_string();
    let (title, description, data, media_type) = match row {
        Some(row) => (row.title, row.description, row.data, row.media_type),
        None => (None, None, None, None),
    };
    Ok(MovieDetails {
        movie: movie.m_id.into(),
        title,
        description,
        data: data.as_deref().map(parse).transpose()?,
        tags,
        media_type: media_type.unwrap_or_else(by_name),
        has_poster,
    })
}

/// The value of a column that only this crate writes.
fn parse(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(Error::internal)
}
