//! Notices.

mod check_notice;
pub(super) use check_notice::CheckNotice;

mod send_notice;
pub(super) use send_notice::SendNotice;

use serde::Serialize;
use youku_core::NoticeView;

/// A notice.
#[derive(Serialize)]
struct Notice {
    notice_id: u64,
    title: String,
    content: String,
    published_at: i64,
}

impl From<NoticeView> for Notice {
    fn from(notice: NoticeView) -> Self {
        Self {
            notice_id: notice.id.get(),
            title: notice.title,
            content: notice.content,
            published_at: notice.time.as_second(),
        }
    }
}
