//! `check_record`: what the user has downloaded.

use serde::{Deserialize, Serialize};
use youku_core::HistoryEntry;

use crate::message::{Dialect, Reply, Text, optional_integer};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::pages::Pages;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckRecord {
    #[serde(alias = "session")]
    cookies: Option<String>,
    /// The `next` of an earlier reply. Existing clients do not send it.
    #[serde(default, deserialize_with = "optional_integer")]
    after: Option<u64>,
}

#[derive(Serialize)]
struct RecordList {
    record_list: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// One download as the client's dialect has it.
#[derive(Serialize)]
#[serde(untagged)]
enum Row {
    /// The movie's name.
    Design(String),
    /// The movie's name, the time.
    Implementation(String, String),
}

impl CheckRecord {
    /// Replies with the downloads, newest first: as many as old clients can receive in one piece.
    /// `next` says where the rest begins.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let (size, max_page) = (
            client.options.limits.preferred_reply,
            client.youku.policy().max_page,
        );
        let mut pages = Pages::new(size, max_page, self.after);
        while let Some(page) = pages.next_page() {
            let entries = session.history(page).await?;
            pages.add(
                entries
                    .into_iter()
                    .map(|entry| (entry.id, row(entry, client))),
            );
        }
        let (record_list, next) = pages.finish();
        let empty = record_list.is_empty();
        let body = RecordList { record_list, next };
        client
            .reply(&Reply::list(body, empty, client.text(Text::NoRecords)))
            .await
    }
}

fn row(entry: HistoryEntry, client: &ClientConnection) -> Row {
    match client.dialect() {
        Dialect::Design => Row::Design(entry.movie_name),
        Dialect::Implementation => Row::Implementation(entry.movie_name, client.time(entry.time)),
    }
}
