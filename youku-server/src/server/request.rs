//! All requests: which command reads and carries out which `type`.

use serde::Deserialize;

use crate::Stream;
use crate::message::{Fields, Protocol};
use crate::server::existing::*;
use crate::server::failure::Failure;
use crate::server::peer::Peer;
use crate::server::protocol2::Hello;

/// A request of either existing dialect, named by its `type`. Where the dialects name one operation
/// differently, the second name is an alias; so are the names of the fields in each command.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// The way into protocol 2.
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
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        match self {
            Self::Hello(request) => request.apply(peer).await,
            Self::Register(command) => command.apply(peer).await,
            Self::Login(command) => command.apply(peer).await,
            Self::CheckMovie(command) => command.apply(peer).await,
            Self::UploadMovie(command) => command.apply(peer).await,
            Self::GetMovieList(command) => command.apply(peer).await,
            Self::DeleteMovie(command) => command.apply(peer).await,
            Self::SendNotice(command) => command.apply(peer).await,
            Self::ChargeVip(command) => command.apply(peer).await,
            Self::DownloadMovie(command) => command.apply(peer).await,
            Self::CheckRecord(command) => command.apply(peer).await,
            Self::CheckNotice(command) => command.apply(peer).await,
        }
    }
}

/// How many raw bytes will follow a request, also when the rest of it makes no sense.
///
/// `None` when nobody knows: an upload does not say its size, says it in both spellings, or says
/// what is no size. Clients send the bytes at once, and whoever went on would read a movie as
/// requests, so such a connection ends after its reply.
pub(crate) fn promised_bytes(request: &Fields, protocol: Protocol) -> Option<u64> {
    let sizes: &[&str] = match (request.operation(), protocol) {
        (Some("upload_movie"), Protocol::Existing(_)) => &["movie_size", "file_size"],
        (Some("upload_chunk"), _) => &["len"],
        // Simple clients of the documents send a file behind a header that has no `type`.
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

/// Whether bytes may follow a request that cannot be read as fields, so that nobody knows how many.
pub(crate) fn may_announce_bytes(json: &[u8]) -> bool {
    ["upload_movie", "upload_chunk", "file_size", "movie_size"]
        .iter()
        .any(|word| json.windows(word.len()).any(|part| part == word.as_bytes()))
}
