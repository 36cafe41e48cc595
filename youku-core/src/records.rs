//! The tables, one model per file. Rows stay inside this crate; views of them leave it.
//!
//! A table or column that has the same meaning in the course project that this project re-founds
//! has the same name here.

pub(crate) mod accounts;

pub(crate) mod movies;

pub(crate) mod money;
pub(crate) mod notice;

pub(crate) mod events;

mod ids;

pub(crate) mod maintenance;
pub(crate) mod schema;
pub(crate) mod source;

pub(crate) use accounts::audit::AuditRow;
pub(crate) use accounts::invite::InviteRow;
pub(crate) use accounts::login_failure::LoginFailureRow;
pub(crate) use accounts::name_skeleton::NameSkeletonRow;
pub(crate) use accounts::session::SessionRow;
pub(crate) use accounts::user::UserRow;
pub(crate) use events::event::EventRow;
pub(crate) use events::subscriber::EventSubscriberRow;
pub(crate) use maintenance::MaintenanceRow;
pub(crate) use money::membership::MembershipRow;
pub(crate) use money::payment::PaymentRow;
pub(crate) use money::purchase::PurchaseRow;
pub(crate) use movies::detail::MovieDetailRow;
pub(crate) use movies::download_record::DownloadRecordRow;
pub(crate) use movies::download_wait::DownloadWaitRow;
pub(crate) use movies::movie::MovieRow;
pub(crate) use movies::orphan::OrphanRow;
pub(crate) use movies::poster::PosterRow;
pub(crate) use movies::store::StoreRow;
pub(crate) use movies::tag::MovieTagRow;
pub(crate) use movies::upload::UploadRow;
pub(crate) use notice::NoticeRow;

/// All tables of the service, in the order in which they are created.
pub(crate) type AllTables = (
    StoreRow,
    MaintenanceRow,
    UserRow,
    NameSkeletonRow,
    SessionRow,
    LoginFailureRow,
    InviteRow,
    MovieRow,
    MovieDetailRow,
    PosterRow,
    MovieTagRow,
    UploadRow,
    OrphanRow,
    PaymentRow,
    PurchaseRow,
    MembershipRow,
    DownloadWaitRow,
    DownloadRecordRow,
    NoticeRow,
    AuditRow,
    EventSubscriberRow,
    EventRow,
);
