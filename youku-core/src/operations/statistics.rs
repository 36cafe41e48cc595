//! Counts of users, movies, uploads, downloads and payments.

use youku_orm::{Model, TransactionOptions, count_all};

use crate::basics::error::Result;
use crate::movies::view::{deleted, listed};
use crate::operations::sweep::hidden::is_hidden;
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, UserRow, people};
use crate::records::money::membership::MembershipRow;
use crate::records::money::purchase::PurchaseRow;
use crate::records::movies::download_record::DownloadRecordRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::UploadRow;
use crate::service::youku::Youku;

/// Counts and sums over a whole service at one moment; made by [`Youku::statistics`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// All users, including administrators.
    pub users: u64,
    /// Administrators.
    pub admins: u64,
    /// Users who are members now.
    pub members: u64,
    /// Users whom an administrator has locked.
    pub locked_users: u64,
    /// Sessions that could be used now.
    pub sessions: u64,
    /// Movies that are listed.
    pub movies: u64,
    /// The bytes of those movies.
    pub movie_bytes: u64,
    /// Movies that were deleted and can be restored.
    pub deleted_movies: u64,
    /// The bytes of those movies.
    pub deleted_bytes: u64,
    /// Movies that are hidden because their bytes are missing; see
    /// [`Youku::hidden_movies`].
    pub hidden_movies: u64,
    /// Uploads in progress, including those that a crash left behind.
    pub uploads: u64,
    /// Downloads that ever began.
    pub downloads: u64,
    /// Movies that were ever paid for.
    pub purchases: u64,
    /// What was paid for them, in fen.
    pub purchase_fen: u64,
    /// Memberships that were ever renewed.
    pub memberships: u64,
    /// What was paid for them, in fen.
    pub membership_fen: u64,
}

impl Youku {
    /// Counts everything in one read-only transaction, so all figures are of one moment.
    ///
    /// It reads each of eight tables once. That is fast up to millions of rows, but still too much
    /// work to repeat for every visitor of a page.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn statistics(&self) -> Result<Statistics> {
        let service = &*self.0;
        let now = service.now();
        let mut tx = service
            .db
            .begin_with(TransactionOptions::default().read_only())
            .await?;
        let member = UserRow::MEMBER_UNTIL.gt(now);
        let usable = SessionRow::filter(SessionRow::EXPIRES_AT.gt(now))
            .filter(SessionRow::IDLE_UNTIL.gt(now))
            .filter(SessionRow::REPLACED_AT.is_null());
        let sizes = (count_all(), MovieRow::MOVIE_SIZE.sum());
        let (movies, movie_bytes) = MovieRow::filter(listed())
            .select(sizes.clone())
            .one(&mut tx)
            .await?;
        let (deleted_movies, deleted_bytes) = MovieRow::filter(deleted())
            .select(sizes)
            .one(&mut tx)
            .await?;
        let prices = (count_all(), PurchaseRow::PRICE_FEN.sum());
        let (purchases, purchase_fen) = PurchaseRow::query().select(prices).one(&mut tx).await?;
        let prices = (count_all(), MembershipRow::PRICE_FEN.sum());
        let (memberships, membership_fen) =
            MembershipRow::query().select(prices).one(&mut tx).await?;
        let admins = UserRow::filter(people()).filter(UserRow::USER_TYPE.eq(Role::Admin));
        let locked = UserRow::filter(UserRow::LOCKED_AT.is_not_null());
        let statistics = Statistics {
            users: UserRow::filter(people()).count(&mut tx).await?,
            admins: admins.count(&mut tx).await?,
            members: UserRow::filter(member).count(&mut tx).await?,
            locked_users: locked.count(&mut tx).await?,
            sessions: usable.count(&mut tx).await?,
            movies,
            movie_bytes: movie_bytes.unwrap_or_default(),
            deleted_movies,
            deleted_bytes: deleted_bytes.unwrap_or_default(),
            hidden_movies: MovieRow::filter(is_hidden()).count(&mut tx).await?,
            uploads: UploadRow::query().count(&mut tx).await?,
            downloads: DownloadRecordRow::query().count(&mut tx).await?,
            purchases,
            purchase_fen: purchase_fen.unwrap_or_default(),
            memberships,
            membership_fen: membership_fen.unwrap_or_default(),
        };
        tx.rollback().await?;
        Ok(statistics)
    }
}
