//! `check_record`: what the user has downloaded.

use serde::{Deserialize, Serialize};
use youku_core::HistoryEntry;

use crate::message::{Dialect, Reply, Text, optional_integer};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::pages::collect;
use crate::server::failure::Outcome;

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

/// Replies with the downloads, newest first: as many as old clients can receive in one piece. `next`
/// says where the rest begins.
pub(super) async fn check_record(fields: CheckRecord, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.cookies.as_deref()).await?;
    let read = |page| session.history(page);
    let (record_list, next) = collect(client, fields.after, read, |entry: HistoryEntry| {
        (entry.id, row(entry, client))
    })
    .await?;
    let is_empty = record_list.is_empty();
    let text = client.text(Text::NoRecords);
    let reply = Reply::list(RecordList { record_list, next }, is_empty, text);
    client.reply(&reply).await
}

fn row(entry: HistoryEntry, client: &ClientConnection) -> Row {
    match client.dialect() {
        Dialect::Design => Row::Design(entry.movie_name),
        Dialect::Implementation => Row::Implementation(entry.movie_name, client.time(entry.time)),
    }
}
