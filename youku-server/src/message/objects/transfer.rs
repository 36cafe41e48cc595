//! The start of a connection, uploads and downloads.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::second;
use serde::{Deserialize, Serialize};
use youku_core::Kind;

use crate::message::objects::format::is_free;

/// The capability of a server at which users need an invite to register.
pub(crate) const REGISTRATION_BY_INVITE: &str = "registration_by_invite";

/// The reply to `hello`. A client needs only the largest size of a movie.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct HelloReply {
    #[serde(default)]
    pub(crate) proto: u64,
    #[serde(default)]
    pub(crate) caps: Vec<String>,
    /// The longest JSON text of a request, and of a page of a list, in bytes.
    #[serde(default)]
    pub(crate) max_frame: usize,
    /// The size of the largest movie, in bytes.
    pub(crate) max_size: u64,
}

/// An upload that is under way. One that can be resumed outlives its connection and its session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Upload {
    /// Names the upload in other calls.
    #[serde(rename = "upload_id")]
    pub id: String,
    /// What the movie will be called: for display, never a path.
    pub name: String,
    /// The size of the whole movie, in bytes, as it was announced.
    pub size: u64,
    /// Whether downloading the movie will cost something.
    #[serde(rename = "is_free", with = "is_free")]
    pub kind: Kind,
    /// SHA-256 of the movie in hexadecimal, if it was announced.
    pub sha256: Option<String>,
    /// How many bytes the server has: the offset of the next byte to send.
    pub offset: u64,
    /// Whether it can be resumed. One of an existing dialect ends with its connection, and can only be
    /// aborted.
    #[serde(default = "yes")]
    pub is_resumable: bool,
    /// When it expires unless it receives another byte before that.
    #[serde(with = "second::required")]
    pub expires_at: Timestamp,
}

/// For a server that lists only uploads that can be resumed.
fn yes() -> bool {
    true
}

/// The reply to `upload_open`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum UploadOpenReply {
    /// The list already has a movie with these bytes.
    Exists { exists: bool, movie_id: u64 },
    /// The bytes can be sent.
    Opened {
        upload_id: String,
        offset: u64,
        #[serde(with = "second::required")]
        expires_at: Timestamp,
    },
}

/// The reply to `upload_chunk`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Received {
    /// Where the next chunk begins.
    pub(crate) offset: u64,
}

/// The reply to `download_movie`; the bytes follow it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DownloadReply {
    /// For display.
    #[serde(default)]
    pub(crate) movie_name: String,
    /// A name that is safe on any system.
    pub(crate) file_name: String,
    /// The size of the whole movie.
    pub(crate) movie_size: u64,
    pub(crate) offset: u64,
    /// How many bytes follow.
    pub(crate) length: u64,
    /// The digest of the whole movie.
    pub(crate) sha256: String,
    /// Names the viewing, for further parts of the movie.
    #[serde(default)]
    pub(crate) watch_id: String,
    /// When the bytes start.
    #[serde(default)]
    pub(crate) ready_at: i64,
    /// How long that is from now, in seconds, rounded up.
    pub(crate) wait_time: u64,
    /// What this download costs the user, in fen.
    pub(crate) price: u64,
}
