//! `check_record`: what the user has downloaded, newest first.

use serde::{Deserialize, Serialize};
use youku_core::HistoryEntry;

use crate::message::Number;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckRecord {
    session: Option<String>,
    limit: Option<Number>,
    after: Option<String>,
}

#[derive(Serialize)]
struct Row {
    movie_id: u64,
    movie_name: String,
    downloaded_at: i64,
}

impl CheckRecord {
    /// Replies with a page of `record_list`.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.session.as_deref()).await?;
        let request = PageRequest::read("records", self.limit, self.after)?;
        let read = |page| {
            let session = session.clone();
            async move { session.history(page).await }
        };
        list::reply::<_, Row, _>(client, "record_list", request, read).await
    }
}

impl From<HistoryEntry> for Row {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            movie_id: entry.movie_id.get(),
            movie_name: entry.movie_name,
            downloaded_at: entry.time.as_second(),
        }
    }
}
