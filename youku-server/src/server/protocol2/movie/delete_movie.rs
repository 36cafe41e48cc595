//! `delete_movie`: takes a movie off the list; it can be restored.

use serde::Deserialize;
use youku_core::MovieId;

use crate::message::{Number, Reply};
use crate::server::client_connection::ClientConnection;
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
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let movie = admin.delete(MovieId::new(self.movie_id.get())).await?;
        client.reply(&Reply::with(Movie::from(movie))).await
    }
}
