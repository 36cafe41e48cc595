//! Notices.

use serde::Deserialize;
use youku_core::{NewNotice, NoticeId};

use crate::message::objects::Notice;
use crate::message::{Number, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;

/// The fields of `check_notice`, which needs no session.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckNotice {
    limit: Option<Number>,
    after: Option<String>,
}

/// The fields of `send_notice`.
#[derive(Debug, Deserialize)]
pub(crate) struct SendNotice {
    session: Option<String>,
    title: String,
    content: String,
}

/// The fields of `edit_notice`.
#[derive(Debug, Deserialize)]
pub(crate) struct EditNotice {
    session: Option<String>,
    notice_id: Number,
    title: String,
    content: String,
}

/// The fields of `delete_notice`.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteNotice {
    session: Option<String>,
    notice_id: Number,
}

/// Replies with a page of the notices, newest first.
pub(super) async fn check_notice(fields: CheckNotice, client: &mut ClientConnection) -> Outcome {
    let page = PageRequest::read("notices", fields.limit, fields.after)?;
    let youku = client.youku.clone();
    list::reply::<_, Notice, _>(client, "notice_list", page, |page| youku.notices(page)).await
}

/// Publishes a notice for all users. Replies with the notice as it was published.
pub(super) async fn send_notice(fields: SendNotice, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let SendNotice { title, content, .. } = fields;
    let notice = admin.publish_notice(NewNotice { title, content }).await?;
    client.reply(&Reply::with(Notice::from(notice))).await
}

/// Replaces title and content of a notice. Replies with the changed notice.
pub(super) async fn edit_notice(fields: EditNotice, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let id = NoticeId::new(fields.notice_id.get());
    let EditNotice { title, content, .. } = fields;
    let notice = admin.edit_notice(id, NewNotice { title, content }).await?;
    client.reply(&Reply::with(Notice::from(notice))).await
}

/// Deletes a notice. Replies with the notice as it was.
pub(super) async fn delete_notice(fields: DeleteNotice, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let id = NoticeId::new(fields.notice_id.get());
    let notice = admin.delete_notice(id).await?;
    client.reply(&Reply::with(Notice::from(notice))).await
}
