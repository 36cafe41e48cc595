//! `check_notice`: the notices, newest first, for every client.

use serde::Deserialize;

use crate::Stream;
use crate::message::Number;
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::Wanted;
use crate::server::protocol2::notice::Notice;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckNotice {
    limit: Option<Number>,
    after: Option<String>,
}

impl CheckNotice {
    /// Replies with a page of `notice_list`. Works without a session.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let wanted = Wanted::read("notices", self.limit, self.after)?;
        let youku = peer.youku.clone();
        let read = |page| {
            let youku = youku.clone();
            async move { youku.notices(page).await }
        };
        list::reply::<_, _, Notice, _>(peer, "notice_list", wanted, read).await
    }
}
