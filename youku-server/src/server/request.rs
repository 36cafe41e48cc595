//! All requests of the existing dialects: which function handles which `type`.

use serde::Deserialize;

use crate::message::{Fields, Protocol};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::*;
use crate::server::failure::Outcome;
use crate::server::protocol2::{Hello, hello};

/// A request of either existing dialect, named by its `type`. If the dialects have different names for
/// an operation, the second name is an alias; the same is true of the fields of each operation.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// Switches to protocol 2.
    Hello(Hello),
    Register(Register),
    Login(Login),
    CheckMovie(CheckMovie),
    UploadMovie(UploadMovie),
    GetMovieList(GetMovieList),
    DeleteMovie(DeleteMovie),
    #[serde(alias = "release_notice")]
    SendNotice(SendNotice),
    ChargeVip(ChargeVip),
    DownloadMovie(DownloadMovie),
    #[serde(alias = "check_download_record")]
    CheckRecord(CheckRecord),
    CheckNotice(CheckNotice),
}

impl Request {
    /// Carries the request out and replies to it.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Outcome {
        match self {
            Self::Hello(fields) => hello(fields, client).await,
            Self::Register(fields) => register(fields, client).await,
            Self::Login(fields) => login(fields, client).await,
            Self::CheckMovie(fields) => check_movie(fields, client).await,
            Self::UploadMovie(fields) => upload_movie(fields, client).await,
            Self::GetMovieList(fields) => get_movie_list(fields, client).await,
            Self::DeleteMovie(fields) => delete_movie(fields, client).await,
            Self::SendNotice(fields) => send_notice(fields, client).await,
            Self::ChargeVip(fields) => charge_vip(fields, client).await,
            Self::DownloadMovie(fields) => download_movie(fields, client).await,
            Self::CheckRecord(fields) => check_record(fields, client).await,
            Self::CheckNotice(fields) => check_notice(fields, client).await,
        }
    }
}

/// How many raw bytes follow a request, even if the rest of the request is invalid.
///
/// `None` when the number is unknown: an upload does not give its size, gives it in both spellings,
/// or gives a value that is not a size. Clients send the bytes at once, so a server that continued
/// would read a movie as requests. Such a connection is closed after its reply.
pub(crate) fn announced_bytes(request: &Fields, protocol: Protocol) -> Option<u64> {
    let sizes: &[&str] = match (request.operation(), protocol) {
        (Some("upload_movie"), Protocol::Existing(_)) => &["movie_size", "file_size"],
        (Some("upload_chunk"), _) => &["len"],
        // Simple clients of the Python course project send a file after a header without `type`.
        (None, Protocol::Existing(_))
            if !request.has("type") && (request.has("movie_size") || request.has("file_size")) =>
        {
            &["movie_size", "file_size"]
        }
        _ => return Some(0),
    };
    match sizes.iter().filter(|key| request.has(key)).count() {
        1 => request.number(sizes),
        _ => None,
    }
}

/// Whether raw bytes, of an unknown number, may follow a request that cannot be read as fields.
pub(crate) fn may_announce_bytes(json: &[u8]) -> bool {
    ["upload_movie", "upload_chunk", "file_size", "movie_size"]
        .iter()
        .any(|word| json.windows(word.len()).any(|part| part == word.as_bytes()))
}
