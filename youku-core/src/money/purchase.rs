//! Movies that a user has paid for.

use jiff::Timestamp;
use youku_orm::{Id, sql};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::basics::page::{Listing, Page};
use crate::records::money::purchase::PurchaseRow;
use crate::records::movies::movie::MovieRow;
use crate::sessions::handle::Session;

/// A paid movie that the user has bought; they can download it any number of times.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Purchase {
    /// The number of the purchase, for the [page](Page::after) that follows it.
    pub id: u64,
    /// The movie; it may have been deleted since.
    pub movie_id: MovieId,
    /// What the movie is called now.
    pub movie_name: String,
    /// What was paid, in fen.
    pub price_fen: u64,
    /// When it was paid.
    pub paid_at: Timestamp,
}

/// One statement for purchases and names, regardless of their number.
const PURCHASES: &str = "SELECT `p`.`p_id`, `m`.`m_id`, `m`.`movie_name`, `p`.`price_fen`, `p`.`paid_at` \
     FROM `purchase` AS `p` JOIN `movie` AS `m` ON `m`.`m_id` = `p`.`movie_id` \
     WHERE `p`.`user_id` = ? AND `p`.`p_id` < ? ORDER BY `p`.`p_id` DESC LIMIT ?";

type Found = (Id<PurchaseRow>, Id<MovieRow>, String, u64, Timestamp);

impl Session {
    /// The movies that the user has paid for, newest first.
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
    pub async fn purchases(&self, page: Page) -> Result<Listing<Purchase>> {
        let service = self.service();
        let one_more = service.one_more(&page);
        let found: Vec<Found> = sql(PURCHASES)
            .bind(self.user_id().key())
            .bind(page.before_id()?)
            .bind(one_more)
            .all(&service.db)
            .await?;
        Ok(Listing::cut(found, one_more, |row| row.0.get().into()))
    }
}

impl From<Found> for Purchase {
    fn from((id, movie, movie_name, price_fen, paid_at): Found) -> Self {
        Self {
            id: id.get(),
            movie_id: movie.into(),
            movie_name,
            price_fen,
            paid_at,
        }
    }
}
