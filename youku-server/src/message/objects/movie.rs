//! Movies.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::second;
use serde::{Deserialize, Serialize};
use youku_core::Kind;

use crate::message::objects::format::is_free;

/// A movie on the server's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Movie {
    /// Names the movie in other calls.
    #[serde(rename = "movie_id")]
    pub id: u64,
    /// For display; never a path.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Whether downloading it costs something.
    #[serde(rename = "is_free", with = "is_free")]
    pub kind: Kind,
    /// SHA-256 of its bytes: 64 lower-case hexadecimal characters.
    pub sha256: String,
    /// When it was listed.
    #[serde(with = "second::required")]
    pub uploaded_at: Timestamp,
}

/// What is said about a movie apart from its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MovieDetails {
    /// Names the movie in other calls.
    pub movie_id: u64,
    /// A title for display.
    pub title: Option<String>,
    /// A text of several lines.
    pub description: Option<String>,
    /// Tags, in the order in which they were given.
    pub tags: Vec<String>,
    /// JSON that the operator stores with the movie, as text.
    pub data: Option<String>,
    /// What its bytes are, such as `video/mp4`.
    pub media_type: String,
    /// Whether it has a poster.
    pub has_poster: bool,
}

/// A movie, and what a download of it would cost the user now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quote {
    /// The movie.
    #[serde(flatten)]
    pub movie: Movie,
    /// Whether the user has bought it.
    #[serde(rename = "owned")]
    pub is_owned: bool,
    /// What the user would pay now, in fen: 0 when the movie is free or the user owns it.
    #[serde(rename = "price")]
    pub price_fen: u64,
    /// How long the user would wait before its first byte, rounded up.
    #[serde(rename = "wait_time")]
    pub wait_seconds: u64,
}
