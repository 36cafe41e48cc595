//! Movies as users see them.

use jiff::Timestamp;
use youku_orm::{Executor, Filter, Id, Model, Projection};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::records::movies::movie::{Kind, MovieRow};

/// A movie as users see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovieView {
    /// Its id.
    pub id: MovieId,
    /// Its name: one line of text for display, never a path.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it has to be paid for.
    pub kind: Kind,
    /// SHA-256 of its bytes: 64 lower-case hexadecimal characters.
    pub sha256: String,
    /// When it was first uploaded.
    pub uploaded_at: Timestamp,
}

/// The columns of a [`MovieView`].
#[derive(Projection)]
#[model(from = MovieRow)]
pub(super) struct MovieColumns {
    pub(super) m_id: Id<MovieRow>,
    movie_name: String,
    pub(super) movie_size: u64,
    kind: Kind,
    sha256: String,
    upload_time: Timestamp,
}

/// The same with the name that movies are sorted by.
#[derive(Projection)]
#[model(from = MovieRow)]
pub(super) struct NamedMovieColumns {
    pub(super) m_id: Id<MovieRow>,
    movie_name: String,
    movie_size: u64,
    kind: Kind,
    sha256: String,
    upload_time: Timestamp,
    pub(super) search_name: String,
}

macro_rules! movie_view {
    ($($row:ty),*) => {$(
        impl From<$row> for MovieView {
            fn from(row: $row) -> Self {
                Self {
                    id: row.m_id.into(),
                    name: row.movie_name,
                    size: row.movie_size,
                    kind: row.kind,
                    sha256: row.sha256,
                    uploaded_at: row.upload_time,
                }
            }
        }
    )*};
}
movie_view!(MovieColumns, NamedMovieColumns, MovieRow);

/// Movies that are neither deleted nor lost; these are the movies with a live digest. The filter
/// uses these two columns, because the indexes of lists begin with them.
pub(crate) fn listed() -> Filter<MovieRow> {
    let there = MovieRow::IS_DELETE.eq(false);
    there.and(MovieRow::IS_LOST.eq(false))
}

/// Whether the movie is still listed with the same bytes. If not, it is correct that the bytes may
/// be gone.
pub(crate) async fn is_still_listed(movie: &MovieRow, executor: impl Executor) -> Result<bool> {
    let same = MovieRow::filter(MovieRow::M_ID.eq(movie.m_id))
        .filter(MovieRow::MOVIE_PATH.eq(&movie.movie_path))
        .filter(listed());
    Ok(same.exists(executor).await?)
}

/// Movies that are deleted and can be restored.
pub(crate) fn deleted() -> Filter<MovieRow> {
    let there = MovieRow::IS_DELETE.eq(true);
    let there = there.and(MovieRow::IS_LOST.eq(false));
    there.and(MovieRow::IS_COLLECTED.eq(false))
}
