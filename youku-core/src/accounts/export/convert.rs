//! From rows to what an export shows of them.

use crate::accounts::export::{
    BoughtColumns, DownloadColumns, ExportedAccount, ExportedDownload, ExportedMembership,
    ExportedMovie, ExportedNotice, ExportedPayment, ExportedPurchase, ExportedSession,
    ExportedUpload,
};
use crate::records::accounts::session::SessionRow;
use crate::records::accounts::user::{Role, UserRow};
use crate::records::money::membership::MembershipRow;
use crate::records::money::payment::{PaymentRow, PaymentState};
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::UploadRow;
use crate::records::notice::NoticeRow;

impl From<UserRow> for ExportedAccount {
    fn from(row: UserRow) -> Self {
        Self {
            user_id: row.u_id.get(),
            username: row.username,
            role: match row.user_type {
                Role::Admin => "admin",
                Role::User => "user",
            },
            registered_at: row.register_time,
            member_until: row.member_until,
            locked_at: row.locked_at,
        }
    }
}

impl From<PaymentRow> for ExportedPayment {
    fn from(row: PaymentRow) -> Self {
        Self {
            movie_id: row.movie_id.map(|movie| movie.get()),
            price_fen: row.price_fen,
            state: match row.state {
                PaymentState::Pending => "pending",
                PaymentState::Paid => "paid",
                PaymentState::Declined => "declined",
            },
            created_at: row.created_at,
            settled_at: row.settled_at,
        }
    }
}

impl From<SessionRow> for ExportedSession {
    fn from(row: SessionRow) -> Self {
        Self {
            peer: row.peer,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

impl From<BoughtColumns> for ExportedPurchase {
    fn from(row: BoughtColumns) -> Self {
        Self {
            movie_id: row.movie_id.get(),
            movie: row.movie_name,
            price_fen: row.price_fen,
            paid_at: row.paid_at,
        }
    }
}

impl From<MembershipRow> for ExportedMembership {
    fn from(row: MembershipRow) -> Self {
        Self {
            price_fen: row.price_fen,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            paid_at: row.paid_at,
        }
    }
}

impl From<DownloadColumns> for ExportedDownload {
    fn from(row: DownloadColumns) -> Self {
        Self {
            movie_id: row.movie_id.get(),
            movie: row.movie_name,
            downloaded_at: row.download_time,
        }
    }
}

impl From<UploadRow> for ExportedUpload {
    fn from(row: UploadRow) -> Self {
        Self {
            name: row.movie_name,
            size: row.movie_size,
            received: row.received,
            created_at: row.created_at,
        }
    }
}

impl From<MovieRow> for ExportedMovie {
    fn from(row: MovieRow) -> Self {
        Self {
            movie_id: row.m_id.get(),
            name: row.movie_name,
            size: row.movie_size,
            uploaded_at: row.upload_time,
            is_deleted: row.is_delete,
        }
    }
}

impl From<NoticeRow> for ExportedNotice {
    fn from(row: NoticeRow) -> Self {
        Self {
            title: row.title,
            content: row.content,
            published_at: row.create_time,
        }
    }
}
