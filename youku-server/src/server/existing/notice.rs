//! Notices.

use serde::{Deserialize, Serialize};
use youku_core::{NewNotice, NoticeView};

use crate::message::{Dialect, NamedText, Reply, Text, optional_integer};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::pages::collect;
use crate::server::failure::Outcome;

/// The fields of `check_notice`.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckNotice {
    /// Not needed; read so that a request with both spellings is refused.
    #[serde(rename = "cookies", alias = "session")]
    _cookies: Option<String>,
    /// The `next` of an earlier reply. Existing clients do not send it.
    #[serde(default, deserialize_with = "optional_integer")]
    after: Option<u64>,
}

#[derive(Serialize)]
struct NoticeList {
    notice_list: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// One notice as the client's dialect has it.
#[derive(Serialize)]
#[serde(untagged)]
enum Row {
    Design {
        title: String,
        content: String,
    },
    /// Title, content, time.
    Implementation(String, String, String),
}

/// The fields of `send_notice`.
#[derive(Debug, Deserialize)]
pub(crate) struct SendNotice {
    #[serde(alias = "session")]
    cookies: Option<String>,
    title: String,
    content: String,
}

/// Replies with the notices, newest first: as many as old clients can receive in one piece. `next` says
/// where the rest begins. Works without a session.
pub(super) async fn check_notice(fields: CheckNotice, client: &mut ClientConnection) -> Outcome {
    let youku = client.youku.clone();
    let read = |page| youku.notices(page);
    let (notice_list, next) = collect(client, fields.after, read, |notice: NoticeView| {
        (notice.id.get(), row(notice, client))
    })
    .await?;
    let is_empty = notice_list.is_empty();
    let text = client.text(Text::NoNotices);
    let reply = Reply::list(NoticeList { notice_list, next }, is_empty, text);
    client.reply(&reply).await
}

fn row(notice: NoticeView, client: &ClientConnection) -> Row {
    let NoticeView { title, content, .. } = notice;
    match client.dialect() {
        Dialect::Design => Row::Design { title, content },
        Dialect::Implementation => Row::Implementation(title, content, client.time(notice.time)),
    }
}

/// Publishes a notice for all users, and replies with a text.
pub(super) async fn send_notice(fields: SendNotice, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.cookies.as_deref()).await?;
    let SendNotice { title, content, .. } = fields;
    let notice = NewNotice {
        title: title.clone(),
        content,
    };
    admin.publish_notice(notice).await?;
    client.done_with(NamedText::NoticePublished, &title).await
}
