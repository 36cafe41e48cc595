//! What a user has downloaded.

use jiff::Timestamp;
use youku_orm::{Id, sql};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::basics::page::{Listing, Page};
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

/// One statement for entries and names, regardless of their number.
const HISTORY: &str = "SELECT `d`.`d_id`, `m`.`m_id`, `m`.`movie_name`, `d`.`download_time` \
     FROM `download_record` AS `d` JOIN `movie` AS `m` ON `m`.`m_id` = `d`.`movie_id` \
     WHERE `d`.`user_id` = ? AND `d`.`d_id` < ? ORDER BY `d`.`d_id` DESC LIMIT ?";

type Found = (Id<DownloadRecordRow>, Id<MovieRow>, String, Timestamp);

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
        let found: Vec<Found> = sql(HISTORY)
            .bind(self.user_id().key())
            .bind(page.before_id()?)
            .bind(one_more)
            .all(&service.db)
            .await?;
        Ok(Listing::cut(found, one_more, |entry| entry.0.get().into()))
    }
}

impl From<Found> for HistoryEntry {
    fn from((entry, movie, movie_name, time): Found) -> Self {
        Self {
            id: entry.get(),
            movie_id: movie.into(),
            movie_name,
            time,
        }
    }
}
