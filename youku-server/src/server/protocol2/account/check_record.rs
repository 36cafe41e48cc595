//! `check_record`: what the user has downloaded, newest first.

use serde::{Deserialize, Serialize};
use youku_core::HistoryEntry;

use crate::Stream;
use crate::message::Number;
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::Wanted;

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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let session = peer.session(self.session.as_deref()).await?;
        let wanted = Wanted::read("records", self.limit, self.after)?;
        let read = |page| {
            let session = session.clone();
            async move { session.history(page).await }
        };
        list::reply::<_, _, Row, _>(peer, "record_list", wanted, read).await
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
