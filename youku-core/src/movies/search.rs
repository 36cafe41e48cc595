//! Where one page of a search has to stop.

use youku_orm::{Id, Model, Query, Writable};

use crate::basics::error::Result;
use crate::basics::page::{Cursor, Key};
use crate::movies::sort::Sort;
use crate::records::movies::movie::MovieRow;
use crate::service::shared::Service;

/// Where a search stops although the list continues.
pub(super) struct SearchEnd {
    /// The last movie that it reads.
    pub(super) last: Cursor,
    /// The first movie that it does not read.
    pub(super) beyond: Cursor,
}

/// Where a search through the movies of a query stops; none when it may read all of them.
///
/// The indexes of lists answer this alone: index entries are counted and no row is read.
pub(super) async fn end(
    movies: Query<MovieRow, Writable>,
    sort: Sort,
    service: &Service,
) -> Result<Option<SearchEnd>> {
    let most = u64::from(service.policy.search_rows);
    let newest = MovieRow::query().order_by(MovieRow::M_ID.desc());
    let newest = newest.select(MovieRow::M_ID).first(&service.db).await?;
    if newest.is_none_or(|newest| newest.get() <= most) {
        return Ok(None);
    }
    let query = movies.offset(most.saturating_sub(1)).limit(2);
    let cursors: Vec<Cursor> = if sort.is_by_name() {
        let rows = query.select((MovieRow::M_ID, MovieRow::SEARCH_NAME));
        let rows: Vec<(Id<MovieRow>, String)> = rows.all(&service.db).await?;
        let cursors = rows.into_iter().map(|(id, name)| Cursor {
            id: id.get(),
            key: Key::Name(name),
        });
        cursors.collect()
    } else if sort.is_by_size() {
        let rows = query.select((MovieRow::M_ID, MovieRow::MOVIE_SIZE));
        let rows = rows.all(&service.db).await?;
        let cursors = rows.into_iter().map(|(id, size)| sort.cursor(id, size));
        cursors.collect()
    } else {
        let rows = query.select(MovieRow::M_ID).all(&service.db).await?;
        rows.into_iter().map(|id| sort.cursor(id, 0)).collect()
    };
    Ok(match <[Cursor; 2]>::try_from(cursors) {
        Ok([last, beyond]) => Some(SearchEnd { last, beyond }),
        Err(_) => None,
    })
}
