//! What a user has downloaded.

use jiff::Timestamp;
use youku_orm::{Id, Model, Projection, Transaction};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::basics::page::{Listing, Page};
use crate::records::accounts::user::UserRow;
use crate::records::movies::download_record::DownloadRecordRow;
use crate::records::movies::movie::MovieRow;
use crate::sessions::handle::Session;

/// One past download.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The number of the entry, for the [page](Page::after) that follows it.
    pub id: u64,
    /// The movie; it may have been deleted since.
    pub movie_id: MovieId,
    /// What the movie is called now.
    pub movie_name: String,
    /// When the bytes started.
    pub time: Timestamp,
}

/// What a [`HistoryEntry`] is made of.
#[derive(Projection)]
#[model(from = (DownloadRecordRow, MovieRow))]
struct HistoryColumns {
    d_id: Id<DownloadRecordRow>,
    movie_id: Id<MovieRow>,
    #[model(select = MovieRow::MOVIE_NAME)]
    movie_name: String,
    download_time: Timestamp,
}

impl Session {
    /// The user's own downloads, newest first.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `after` is not a cursor of this
    ///   list.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn history(&self, page: Page) -> Result<Listing<HistoryEntry>> {
        let service = self.service();
        let one_more = service.one_more(&page);
        let own = DownloadRecordRow::filter(DownloadRecordRow::USER_ID.eq(self.user_id().key()))
            .order_by(DownloadRecordRow::D_ID.desc());
        let named = DownloadRecordRow::MOVIE_ID.on(MovieRow::M_ID);
        let found = page.start(own)?.join(named).limit(one_more);
        let found = found.select_as::<HistoryColumns>().all(&service.db).await?;
        Ok(Listing::cut(found, one_more, |row| row.d_id.get().into()))
    }
}

impl From<HistoryColumns> for HistoryEntry {
    fn from(row: HistoryColumns) -> Self {
        Self {
            id: row.d_id.get(),
            movie_id: row.movie_id.into(),
            movie_name: row.movie_name,
            time: row.download_time,
        }
    }
}

/// How many old entries one download removes at most. It adds one, so a history that is much too long becomes shorter.
const FORGOTTEN: u64 = 200;

/// Removes entries of the user's history that are too many, the oldest.
pub(super) async fn forget_oldest(
    user: Id<UserRow>,
    most: u32,
    tx: &mut Transaction,
) -> Result<()> {
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
