//! `statistics`: counts of what the service has.

use serde::Deserialize;

use crate::Stream;
use crate::client::Statistics as Counted;
use crate::message::Reply;
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Statistics {
    session: Option<String>,
}

impl Statistics {
    /// Replies with the figures.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        peer.admin(self.session.as_deref()).await?;
        let statistics = peer.youku.statistics().await?;
        peer.reply(&Reply::with(Counted::from(statistics))).await
    }
}

impl From<youku_core::Statistics> for Counted {
    fn from(counted: youku_core::Statistics) -> Self {
        Self {
            users: counted.users,
            admins: counted.admins,
            members: counted.members,
            locked_users: counted.locked_users,
            sessions: counted.sessions,
            movies: counted.movies,
            movie_bytes: counted.movie_bytes,
            deleted_movies: counted.deleted_movies,
            deleted_bytes: counted.deleted_bytes,
            uploads: counted.uploads,
            downloads: counted.downloads,
            purchases: counted.purchases,
            purchase_fen: counted.purchase_fen,
            memberships: counted.memberships,
            membership_fen: counted.membership_fen,
        }
    }
}
