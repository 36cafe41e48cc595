//! `audit`: who did what, newest first.

use serde::{Deserialize, Serialize};
use youku_core::{AuditEntry, MovieId, NoticeId, UserId};

use crate::message::Number;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Audit {
    session: Option<String>,
    limit: Option<Number>,
    after: Option<String>,
}

#[derive(Serialize)]
struct Row {
    act: &'static str,
    time: i64,
    actor_id: Option<u64>,
    actor_name: Option<String>,
    /// The address that the actor had logged in from.
    peer: String,
    user_id: Option<u64>,
    user_name: Option<String>,
    movie_id: Option<u64>,
    notice_id: Option<u64>,
}

impl Audit {
    /// Replies with a page of `audit_list`.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let request = PageRequest::read("audit", self.limit, self.after)?;
        let read = |page| {
            let admin = admin.clone();
            async move { admin.audit(page).await }
        };
        list::reply::<_, Row, _>(client, "audit_list", request, read).await
    }
}

impl From<AuditEntry> for Row {
    fn from(entry: AuditEntry) -> Self {
        Self {
            act: entry.act.as_str(),
            time: entry.time.as_second(),
            actor_id: entry.actor.map(UserId::get),
            actor_name: entry.actor_name,
            peer: entry.peer,
            user_id: entry.user.map(UserId::get),
            user_name: entry.user_name,
            movie_id: entry.movie.map(MovieId::get),
            notice_id: entry.notice.map(NoticeId::get),
        }
    }
}
