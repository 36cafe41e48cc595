//! `check_notice`: the notices, for every client.

use serde::{Deserialize, Serialize};
use youku_core::NoticeView;

use crate::Stream;
use crate::message::{Dialect, Reply, Text, optional_integer};
use crate::server::client_connection::Peer;
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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let (size, max_page) = (
            peer.options.limits.preferred_reply,
            peer.youku.policy().max_page,
        );
        let mut pages = Pages::new(size, max_page, self.after);
        while let Some(page) = pages.wanted() {
            let notices = peer.youku.notices(page).await?;
            pages.add(
                notices
                    .into_iter()
                    .map(|notice| (notice.id.get(), row(notice, peer))),
            );
        }
        let (notice_list, next) = pages.finish();
        let empty = notice_list.is_empty();
        let body = NoticeList { notice_list, next };
        peer.reply(&Reply::list(body, empty, peer.say(Text::NoNotices)))
            .await
    }
}

fn row<S: Stream>(notice: NoticeView, peer: &Peer<S>) -> Row {
    let NoticeView {
        title,
        content,
        time,
        ..
    } = notice;
    match peer.dialect() {
        Dialect::Design => Row::Design { title, content },
        Dialect::Implementation => Row::Implementation(title, content, peer.time(time)),
    }
}
