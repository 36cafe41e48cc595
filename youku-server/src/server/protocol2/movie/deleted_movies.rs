//! `deleted_movies`: the movies that an administrator can restore.

use serde::Deserialize;

use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::movie::catalogue::Catalogue;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct DeletedMovies(Catalogue);

impl DeletedMovies {
    /// Replies with a page of `movie_list`.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.0.session.as_deref()).await?;
        self.0
            .reply(admin.deleted_movies(), "deleted", client)
            .await
    }
}
