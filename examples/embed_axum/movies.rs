//! Lists, uploads and downloads of movies.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use youku_core::{Begin, Error, Kind, MovieId, MovieView, NewMovie, first};

use crate::refused::retry_after;
use crate::{Administrator, Result, User};

#[derive(Deserialize)]
pub(crate) struct Listed {
    #[serde(default)]
    matching: String,
    after: Option<String>,
}

/// A page of the list, and the start of the next one, to send as `after` in another request.
pub(crate) async fn list(User(session): User, Query(query): Query<Listed>) -> Result<Json<Value>> {
    let mut page = first(50);
    page.after = query.after.as_deref().map(str::parse).transpose()?;
    let movies = session.movies().matching(&query.matching);
    let listing = movies.page(page).await?;
    let movies: Vec<_> = listing.iter().map(described).collect();
    let next = listing.next.as_ref().map(ToString::to_string);
    Ok(Json(json!({ "movies": movies, "next": next })))
}

/// The wire type is separate from the library's type, so that each can change without the other.
fn described(movie: &MovieView) -> Value {
    json!({
        "id": movie.id.get(),
        "name": movie.name,
        "size": movie.size,
        "charged": movie.kind == Kind::Charged,
        "sha256": movie.sha256,
    })
}

#[derive(Deserialize)]
pub(crate) struct Uploaded {
    name: String,
    #[serde(default)]
    charged: bool,
}

/// The body is the movie. It is written to the disk as it arrives and never held in memory as a whole.
pub(crate) async fn upload(
    Administrator(admin): Administrator,
    Query(query): Query<Uploaded>,
    headers: HeaderMap,
    body: Body,
) -> Result {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    let Some(size) = length else {
        return Ok(StatusCode::LENGTH_REQUIRED.into_response());
    };
    let movie = NewMovie {
        name: query.name,
        size,
        kind: if query.charged {
            Kind::Charged
        } else {
            Kind::Free
        },
        sha256: None,
        hint: None,
    };
    let mut upload = match admin.upload(movie).await? {
        Begin::Open(upload) => upload,
        Begin::Exists(movie) => return Ok(Json(json!({ "id": movie.get() })).into_response()),
    };
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        match chunk {
            Ok(chunk) => upload.write(&chunk).await?,
            // The client has gone; dropping `upload` removes what arrived.
            Err(_) => return Ok(StatusCode::BAD_REQUEST.into_response()),
        }
    }
    let finished = upload.finish().await?;
    let status = if finished.existed {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(described(&finished.movie))).into_response())
}

pub(crate) async fn remove(
    Administrator(admin): Administrator,
    Path(id): Path<u64>,
) -> Result<StatusCode> {
    admin.delete(MovieId::new(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(crate) struct Consent {
    /// The highest price that the user accepts, in fen.
    #[serde(default)]
    max_price: u64,
}

/// The whole movie, or the part that `Range` asks for. A movie that costs more than `max_price` is refused. If the user has to wait, the answer says how long; the connection is not
/// kept open.
pub(crate) async fn download(
    User(session): User,
    Path(id): Path<u64>,
    Query(consent): Query<Consent>,
    headers: HeaderMap,
) -> Result {
    let movie = session.download(MovieId::new(id));
    let movie = movie.at_most(consent.max_price);
    let mut range = range(&headers);
    // Opened at the offset where the client resumes: opening at the first byte would start a new download with a new wait.
    let (start, length) = range.unwrap_or((0, u64::MAX));
    let mut download = match movie.clone().from(start).length(length).open().await {
        Err(error) if error.field() == Some("offset") => {
            return Ok(StatusCode::RANGE_NOT_SATISFIABLE.into_response());
        }
        opened => opened?,
    };
    let tag = format!("\"{}\"", download.sha256);
    let is_other = |known: &HeaderValue| known != tag.as_str();
    if range.is_some() && headers.get(header::IF_RANGE).is_some_and(is_other) {
        // Otherwise this download would count in addition to the whole one.
        drop(download);
        (download, range) = (movie.open().await?, None);
    }
    if !download.wait.is_zero() {
        let body = json!({ "code": "wait", "message": "the download begins after the wait" });
        let wait = [retry_after(download.wait)];
        return Ok((StatusCode::SERVICE_UNAVAILABLE, wait, Json(body)).into_response());
    }
    let (size, offset, length) = (download.size, download.offset, download.length);
    if range.is_some() && length == 0 {
        let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
        return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
    }
    let name = percent_encoded(&download.file_name);
    let fields = [
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, format!("\"{}\"", download.sha256)),
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    let body = Body::from_stream(bytes_of(download.body().await?, length));
    if range.is_none() {
        return Ok((fields, body).into_response());
    }
    let last = offset + length - 1;
    let part = [(
        header::CONTENT_RANGE,
        format!("bytes {offset}-{last}/{size}"),
    )];
    Ok((StatusCode::PARTIAL_CONTENT, fields, part, body).into_response())
}

/// The first requested byte and the number of bytes (RFC 9110, section 14). Any other form of range, a suffix range and a range
/// of several parts are ignored, as a server may do.
fn range(headers: &HeaderMap) -> Option<(u64, u64)> {
    let range = headers.get(header::RANGE)?.to_str().ok()?;
    let (start, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let start = start.parse().ok()?;
    if last.is_empty() {
        return Some((start, u64::MAX));
    }
    let last: u64 = last.parse().ok()?;
    Some((start, last.checked_sub(start)?.saturating_add(1)))
}

/// The next `length` bytes of a movie. An error aborts the answer, so that the client does not take it for a complete one.
fn bytes_of(body: youku_core::Body, length: u64) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::try_unfold((body, length), |(mut body, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let Some(mut chunk) = body.chunk().await? else {
            return Ok(None);
        };
        chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - chunk.len() as u64;
        Ok(Some((chunk, (body, left))))
    })
}

/// Escapes every byte except letters and digits, as RFC 8187 requires.
fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}
