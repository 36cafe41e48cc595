//! Everything that the service has about one user, for the user.

mod convert;

use jiff::Timestamp;
use serde::Serialize;
use youku_orm::{Id, Model, Projection, TransactionOptions};

use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{UserRow, people};
use crate::records::money::membership::MembershipRow;
use crate::records::money::payment::PaymentRow;
use crate::records::money::purchase::PurchaseRow;
use crate::records::movies::download_record::DownloadRecordRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::UploadRow;
use crate::records::notice::NoticeRow;
use crate::service::shared::Service;
use crate::sessions::admin::Admin;
use crate::sessions::handle::Session;

/// The data of one user, to be written as JSON. Times are texts in UTC (RFC 3339), amounts in fen,
/// sizes in bytes. Each list is in the order in which its entries were made. It has no password hash
/// and no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Export {
    /// The user.
    pub account: ExportedAccount,
    /// Their sessions that have not expired.
    pub sessions: Vec<ExportedSession>,
    /// The movies that they have paid for.
    pub purchases: Vec<ExportedPurchase>,
    /// Every charge that was begun.
    pub payments: Vec<ExportedPayment>,
    /// The periods of membership that they have paid for.
    pub memberships: Vec<ExportedMembership>,
    /// The movies that they have downloaded.
    pub history: Vec<ExportedDownload>,
    /// Their uploads in progress.
    pub uploads: Vec<ExportedUpload>,
    /// The movies that they have uploaded, deleted or not.
    pub movies: Vec<ExportedMovie>,
    /// The notices that they have published.
    pub notices: Vec<ExportedNotice>,
}

/// A user in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedAccount {
    /// The id.
    pub user_id: u64,
    /// The name as it was registered.
    pub username: String,
    /// `admin` or `user`.
    pub role: &'static str,
    /// When the user registered.
    pub registered_at: Timestamp,
    /// The end of the membership; none if the user never was a member.
    pub member_until: Option<Timestamp>,
    /// When an administrator locked the user; none if the user is not locked.
    pub locked_at: Option<Timestamp>,
}

/// A session in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedSession {
    /// Where it was opened from.
    pub peer: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it expires at the latest.
    pub expires_at: Timestamp,
}

/// A paid movie in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedPurchase {
    /// The movie.
    pub movie_id: u64,
    /// What it is called now.
    pub movie: String,
    /// What was paid.
    pub price_fen: u64,
    /// When it was paid.
    pub paid_at: Timestamp,
}

/// A charge in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedPayment {
    /// The movie; none for a period of membership.
    pub movie_id: Option<u64>,
    /// The amount.
    pub price_fen: u64,
    /// `pending`, `paid` or `declined`.
    pub state: &'static str,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When the provider answered.
    pub settled_at: Option<Timestamp>,
}

/// A period of membership in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedMembership {
    /// What was paid.
    pub price_fen: u64,
    /// Its beginning.
    pub starts_at: Timestamp,
    /// Its end.
    pub ends_at: Timestamp,
    /// When it was paid.
    pub paid_at: Timestamp,
}

/// A download in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedDownload {
    /// The movie.
    pub movie_id: u64,
    /// What it is called now.
    pub movie: String,
    /// When its bytes began.
    pub downloaded_at: Timestamp,
}

/// An upload in progress in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedUpload {
    /// What the movie will be called.
    pub name: String,
    /// Its size.
    pub size: u64,
    /// How many bytes have arrived.
    pub received: u64,
    /// When it was opened.
    pub created_at: Timestamp,
}

/// An uploaded movie in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedMovie {
    /// The id.
    pub movie_id: u64,
    /// The name.
    pub name: String,
    /// Its size.
    pub size: u64,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// A notice in an [`Export`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedNotice {
    /// The title.
    pub title: String,
    /// The text.
    pub content: String,
    /// When it was published.
    pub published_at: Timestamp,
}

/// A row about a movie, with the movie's name.
#[derive(Projection)]
#[model(from = (PurchaseRow, MovieRow))]
struct BoughtColumns {
    movie_id: Id<MovieRow>,
    #[model(select = MovieRow::MOVIE_NAME)]
    movie_name: String,
    price_fen: u64,
    paid_at: Timestamp,
}

/// The same for a download.
#[derive(Projection)]
#[model(from = (DownloadRecordRow, MovieRow))]
struct DownloadColumns {
    movie_id: Id<MovieRow>,
    #[model(select = MovieRow::MOVIE_NAME)]
    movie_name: String,
    download_time: Timestamp,
}

impl Session {
    /// Everything that the service has about the user, at one moment. It is held in memory.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated) and
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced): the session has ended.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn export(&self) -> Result<Export> {
        let service = self.service();
        let caller = self.caller(&service.db, service.now()).await?;
        export(service, caller.user).await
    }
}

impl Admin {
    /// Everything that the service has about a user; see [`Session::export`].
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): the user does not exist, or was deleted.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no longer
    ///   an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn export(&self, user: UserId) -> Result<Export> {
        self.check().await?;
        export(self.session().service(), user.key()).await
    }
}

async fn export(service: &Service, id: Id<UserRow>) -> Result<Export> {
    let read_only = TransactionOptions::default().read_only();
    let mut tx = service.db.begin_with(read_only).await?;
    let user = UserRow::filter(UserRow::U_ID.eq(id)).filter(people());
    let user = user.first(&mut tx).await?;
    let user = user.ok_or_else(Error::no_such_user)?;
    let sessions = SessionRow::filter(SessionRow::USER_ID.eq(id));
    let sessions = sessions.filter(SessionRow::EXPIRES_AT.gt(service.now()));
    let sessions = sessions.order_by(SessionRow::S_ID.asc());
    let purchases = PurchaseRow::filter(PurchaseRow::USER_ID.eq(id));
    let purchases = purchases.order_by(PurchaseRow::P_ID.asc());
    let purchases = purchases.join(PurchaseRow::MOVIE_ID.on(MovieRow::M_ID));
    let payments = PaymentRow::filter(PaymentRow::USER_ID.eq(id));
    let payments = payments.order_by(PaymentRow::PAY_ID.asc());
    let memberships = MembershipRow::filter(MembershipRow::USER_ID.eq(id));
    let memberships = memberships.order_by(MembershipRow::MS_ID.asc());
    let history = DownloadRecordRow::filter(DownloadRecordRow::USER_ID.eq(id));
    let history = history.order_by(DownloadRecordRow::D_ID.asc());
    let history = history.join(DownloadRecordRow::MOVIE_ID.on(MovieRow::M_ID));
    let uploads = UploadRow::filter(UploadRow::USER_ID.eq(id)).order_by(UploadRow::UP_ID.asc());
    let movies = MovieRow::filter(MovieRow::USER_ID.eq(id)).order_by(MovieRow::M_ID.asc());
    let notices = NoticeRow::filter(NoticeRow::USER_ID.eq(id)).order_by(NoticeRow::N_ID.asc());
    let exported = Export {
        account: user.into(),
        sessions: all(sessions.all(&mut tx).await?),
        purchases: all(purchases.select_as::<BoughtColumns>().all(&mut tx).await?),
        payments: all(payments.all(&mut tx).await?),
        memberships: all(memberships.all(&mut tx).await?),
        history: all(history.select_as::<DownloadColumns>().all(&mut tx).await?),
        uploads: all(uploads.all(&mut tx).await?),
        movies: all(movies.all(&mut tx).await?),
        notices: all(notices.all(&mut tx).await?),
    };
    tx.rollback().await?;
    Ok(exported)
}

fn all<R, T: From<R>>(rows: Vec<R>) -> Vec<T> {
    rows.into_iter().map(T::from).collect()
}
