//! `get_movie_list`: the movies that can be downloaded.

use serde::Deserialize;

use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::movie::catalogue::Catalogue;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct GetMovieList(Catalogue);

impl GetMovieList {
    /// Replies with a page of `movie_list`.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.0.session.as_deref()).await?;
        self.0.reply(session.movies(), "movies", client).await
    }
}
