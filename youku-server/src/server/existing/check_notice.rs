//! `check_notice`: the notices, for every client.

use serde::{Deserialize, Serialize};
use youku_core::NoticeView;

use crate::message::{Dialect, Reply, Text, optional_integer};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::pages::Pages;

/// The fields of the request.
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

impl CheckNotice {
    /// Replies with the notices, newest first: as many as old clients can receive in one piece.
    /// `next` says where the rest begins. Works without a session.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let (size, max_page) = (
            client.options.limits.preferred_reply,
            client.youku.policy().max_page,
        );
        let mut pages = Pages::new(size, max_page, self.after);
        while let Some(page) = pages.next_page() {
            let notices = client.youku.notices(page).await?;
            pages.add(
                notices
                    .into_iter()
                    .map(|notice| (notice.id.get(), row(notice, client))),
            );
        }
        let (notice_list, next) = pages.finish();
        let empty = notice_list.is_empty();
        let body = NoticeList { notice_list, next };
        client
            .reply(&Reply::list(body, empty, client.text(Text::NoNotices)))
            .await
    }
}

fn row(notice: NoticeView, client: &ClientConnection) -> Row {
    let NoticeView {
        title,
        content,
        time,
        ..
    } = notice;
    match client.dialect() {
        Dialect::Design => Row::Design { title, content },
        Dialect::Implementation => Row::Implementation(title, content, client.time(time)),
    }
}
