//! `check_movie`: whether a file may be uploaded, asked before its bytes are sent.

use serde::Deserialize;

use crate::Code;
use crate::message::{Refusal, Reply, Text};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckMovie {
    #[serde(alias = "session")]
    cookies: Option<String>,
    /// The digest that the client made of the file, usually of a few sampled bytes: a hint, which does
    /// not identify the movie. Our client sends the SHA-256 of every byte.
    #[serde(alias = "file_md5")]
    movie_md5: String,
}

impl CheckMovie {
    /// Replies with success when no movie on the list has this digest.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let admin = session.admin().await?;
        if admin.may_upload(&self.movie_md5).await? {
            client
                .reply(&Reply::done(client.text(Text::MayUpload)))
                .await
        } else {
            Err(Refusal::new(Code::Exists)
                .with_text(Text::MovieExists)
                .into())
        }
    }
}
