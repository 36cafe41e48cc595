//! `statistics`: how much there is of everything.

use serde::{Deserialize, Serialize};

use crate::Stream;
use crate::message::Reply;
use crate::server::failure::Failure;
use crate::server::peer::Peer;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Statistics {
    session: Option<String>,
}

/// Counts, bytes and fen of one moment.
#[derive(Serialize)]
struct Counted {
    users: u64,
    admins: u64,
    members: u64,
    locked_users: u64,
    sessions: u64,
    movies: u64,
    movie_bytes: u64,
    deleted_movies: u64,
    deleted_bytes: u64,
    uploads: u64,
    downloads: u64,
    purchases: u64,
    purchase_fen: u64,
    memberships: u64,
    membership_fen: u64,
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
