//! `deleted_movies`: the movies that an administrator can restore.

use serde::Deserialize;

use crate::Stream;
use crate::message::Number;
use crate::server::failure::Failure;
use crate::server::peer::Peer;
use crate::server::protocol2::list::{self, Wanted};
use crate::server::protocol2::view::Movie;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct DeletedMovies {
    session: Option<String>,
    limit: Option<Number>,
    after: Option<String>,
}

impl DeletedMovies {
    /// Replies with a page of `movie_list`.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let admin = peer.admin(self.session.as_deref()).await?;
        let wanted = Wanted::read(self.limit, self.after)?;
        let read = |page| {
            let admin = admin.clone();
            async move { admin.deleted_movies().page(page).await }
        };
        list::reply::<_, _, Movie, _>(peer, "movie_list", wanted, read).await
    }
}
