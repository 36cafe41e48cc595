//! `upload_open`: announces a movie, before any of its bytes are sent.

use serde::{Deserialize, Serialize};
use youku_core::{Begin, Kind, NewMovie};

use crate::message::{Number, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::upload::ConnectionUpload;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadOpen {
    session: Option<String>,
    /// For display only; never used as a path.
    name: String,
    /// In bytes.
    size: Number,
    is_free: bool,
    /// The digest of all bytes, if the client already knows it.
    sha256: Option<String>,
}

#[derive(Serialize)]
struct Opened<'a> {
    upload_id: &'a str,
    offset: u64,
    expires_at: i64,
}

#[derive(Serialize)]
struct Existing {
    exists: bool,
    movie_id: u64,
}

impl UploadOpen {
    /// Replies with the id of the upload, or with the movie that already has these bytes.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        let movie = NewMovie {
            name: self.name,
            size: self.size.get(),
            kind: match self.is_free {
                true => Kind::Free,
                false => Kind::Charged,
            },
            sha256: self.sha256,
            hint: None,
        };
        let upload = match admin.open_upload(movie).await? {
            Begin::Open(upload) => upload,
            Begin::Exists(movie) => {
                let body = Existing {
                    exists: true,
                    movie_id: movie.get(),
                };
                return client.reply(&Reply::with(body)).await;
            }
        };
        let reply = Reply::with(Opened {
            upload_id: upload.id().as_str(),
            offset: upload.offset(),
            expires_at: upload.expires_at().as_second(),
        });
        client.reply(&reply).await?;
        client.upload = Some(ConnectionUpload::new(upload, admin.session()));
        Ok(())
    }
}
