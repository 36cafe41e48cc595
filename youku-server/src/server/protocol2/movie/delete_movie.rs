//! `delete_movie`: takes a movie off the list; it can be restored.

use serde::Deserialize;
use youku_core::MovieId;

use crate::Stream;
use crate::message::{Number, Reply};
use crate::server::client_connection::Peer;
use crate::server::failure::Failure;
use crate::server::protocol2::view::Movie;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteMovie {
    session: Option<String>,
    movie_id: Number,
}

impl DeleteMovie {
    /// Replies with the movie.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let admin = peer.admin(self.session.as_deref()).await?;
        let movie = admin.delete(MovieId::new(self.movie_id.get())).await?;
        peer.reply(&Reply::with(Movie::from(movie))).await
    }
}
