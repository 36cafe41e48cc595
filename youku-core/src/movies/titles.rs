//! Lists with only as much of each movie as a user needs to choose one.

use youku_orm::{Id, Projection};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::basics::page::{Listing, Page};
use crate::movies::list::{Contents, Movies};
use crate::movies::view::MovieView;
use crate::records::movies::movie::{Kind, MovieRow};

/// A movie in a list to choose from; see [`Movies::titles`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovieTitle {
    /// Its id.
    pub id: MovieId,
    /// Its name: one line of text for display, never a path.
    pub name: String,
    /// Whether it has to be paid for.
    pub kind: Kind,
}

/// The columns of a [`MovieTitle`].
#[derive(Projection)]
#[model(from = MovieRow)]
struct TitleColumns {
    m_id: Id<MovieRow>,
    movie_name: String,
    kind: Kind,
}

impl From<TitleColumns> for MovieTitle {
    fn from(row: TitleColumns) -> Self {
        Self {
            id: row.m_id.into(),
            name: row.movie_name,
            kind: row.kind,
        }
    }
}

impl From<MovieView> for MovieTitle {
    fn from(MovieView { id, name, kind, .. }: MovieView) -> Self {
        Self { id, name, kind }
    }
}

impl Movies {
    /// Like [`page`](Self::page), with only the ids, names and kinds of the movies. This is less
    /// work for a long list, as long as the list is neither searched nor in the order of names or
    /// sizes.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn titles(self, page: Page) -> Result<Listing<MovieTitle>> {
        let is_by_id = !self.sort.is_by_name() && !self.sort.is_by_size();
        if !is_by_id || !self.matching.is_empty() || self.contents == Contents::Deleted {
            let Listing { entries, next } = self.page(page).await?;
            let entries = entries.into_iter().map(MovieTitle::from).collect();
            return Ok(Listing { entries, next });
        }
        let service = self.session.service();
        let one_more = service.one_more(&page);
        let query = page.start(self.ordered())?.limit(one_more);
        let rows = query.select_as::<TitleColumns>().all(&service.db).await?;
        Ok(Listing::cut(rows, one_more, |row| row.m_id.get().into()))
    }
}
