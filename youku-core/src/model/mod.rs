//! The tables, one model a file. Rows stay inside this crate; what leaves it are views.
//!
//! Where the course project that this re-founds has a table or column of the same meaning, it has
//! the same name here.

mod audit;
mod download_record;
mod download_wait;
mod invite;
mod login_failure;
mod membership;
mod movie;
mod notice;
mod payment;
mod purchase;
mod session;
mod store;
mod upload;
mod user;

pub use audit::Act;
pub(crate) use audit::{AuditRow, NewAuditRow};
pub(crate) use download_record::{DownloadRecordRow, NewDownloadRecordRow};
pub(crate) use download_wait::{DownloadWaitRow, NewDownloadWaitRow};
pub(crate) use invite::{InviteRow, NewInviteRow};
pub(crate) use login_failure::{LoginFailureRow, NewLoginFailureRow};
pub(crate) use membership::{MembershipRow, NewMembershipRow};
pub use movie::Kind;
pub(crate) use movie::{MovieRow, NewMovieRow};
pub(crate) use notice::{NewNoticeRow, NoticeRow};
pub(crate) use payment::{NewPaymentRow, PaymentRow, PaymentState};
pub(crate) use purchase::{NewPurchaseRow, PurchaseRow};
pub(crate) use session::{NewSessionRow, SessionRow};
pub(crate) use store::{NewStoreRow, StoreRow};
pub(crate) use upload::{NewUploadRow, UploadRow};
pub use user::Role;
pub(crate) use user::{NewUserRow, UserRow};

/// All tables of the service, in the order in which they are created.
pub(crate) type AllTables = (
    StoreRow,
    UserRow,
    SessionRow,
    LoginFailureRow,
    InviteRow,
    MovieRow,
    UploadRow,
    PaymentRow,
    PurchaseRow,
    MembershipRow,
    DownloadWaitRow,
    DownloadRecordRow,
    NoticeRow,
    AuditRow,
);
