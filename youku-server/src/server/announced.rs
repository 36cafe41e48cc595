//! How many raw bytes a request announces.

use crate::message::{Fields, Protocol};

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
