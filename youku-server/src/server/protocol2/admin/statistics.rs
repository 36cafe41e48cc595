//! `statistics`: counts of what the service has.

use serde::Deserialize;

use crate::client::Statistics as Counted;
use crate::message::Reply;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Statistics {
    session: Option<String>,
}

impl Statistics {
    /// Replies with the figures.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        client.admin(self.session.as_deref()).await?;
        let statistics = client.youku.statistics().await?;
        client.reply(&Reply::with(Counted::from(statistics))).await
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
