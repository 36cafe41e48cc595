//! Movies that a user has paid for.

use jiff::Timestamp;
use youku_orm::{Executor, Id, Model, Projection};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::basics::page::{Listing, Page};
use crate::records::accounts::user::UserRow;
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

/// What a [`Purchase`] is made of.
#[derive(Projection)]
#[model(from = (PurchaseRow, MovieRow))]
struct PurchaseColumns {
    p_id: Id<PurchaseRow>,
    movie_id: Id<MovieRow>,
    #[model(select = MovieRow::MOVIE_NAME)]
    movie_name: String,
    price_fen: u64,
    paid_at: Timestamp,
}

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
        let own = PurchaseRow::filter(PurchaseRow::USER_ID.eq(self.user_id().key()))
            .order_by(PurchaseRow::P_ID.desc());
        let named = PurchaseRow::MOVIE_ID.on(MovieRow::M_ID);
        let found = page.start(own)?.join(named).limit(one_more);
        let found = found
            .select_as::<PurchaseColumns>()
            .all(&service.db)
            .await?;
        Ok(Listing::cut(found, one_more, |row| row.p_id.get().into()))
    }
}

/// Whether the user has bought the movie.
pub(crate) async fn exists(
    user: Id<UserRow>,
    movie: Id<MovieRow>,
    executor: impl Executor,
) -> Result<bool> {
    let bought =
        PurchaseRow::filter(PurchaseRow::USER_ID.eq(user)).filter(PurchaseRow::MOVIE_ID.eq(movie));
    Ok(bought.exists(executor).await?)
}

impl From<PurchaseColumns> for Purchase {
    fn from(row: PurchaseColumns) -> Self {
        Self {
            id: row.p_id.get(),
            movie_id: row.movie_id.into(),
            movie_name: row.movie_name,
            price_fen: row.price_fen,
            paid_at: row.paid_at,
        }
    }
}
