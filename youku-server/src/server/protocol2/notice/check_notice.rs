//! `check_notice`: the notices, newest first, for every client.

use serde::Deserialize;

use crate::message::Number;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;
use crate::server::protocol2::notice::Notice;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckNotice {
    limit: Option<Number>,
    after: Option<String>,
}

impl CheckNotice {
    /// Replies with a page of `notice_list`. Works without a session.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let request = PageRequest::read("notices", self.limit, self.after)?;
        let youku = client.youku.clone();
        let read = |page| {
            let youku = youku.clone();
            async move { youku.notices(page).await }
        };
        list::reply::<_, Notice, _>(client, "notice_list", request, read).await
    }
}
