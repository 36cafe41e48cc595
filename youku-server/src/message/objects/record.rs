//! Notices, and what a user has downloaded and bought.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::second;
use serde::{Deserialize, Serialize};

/// A notice of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Notice {
    /// Names the notice.
    #[serde(rename = "notice_id")]
    pub id: u64,
    /// One line.
    pub title: String,
    /// The text, which may have several lines.
    pub content: String,
    /// When it was published.
    #[serde(with = "second::required")]
    pub published_at: Timestamp,
}

/// A paid movie that the user has bought: further downloads of it are free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Purchase {
    /// Which movie; it may have been deleted since.
    pub movie_id: u64,
    /// What the movie is called now.
    #[serde(rename = "movie_name")]
    pub movie: String,
    /// What was paid, in fen.
    #[serde(rename = "price")]
    pub price_fen: u64,
    /// When it was paid.
    #[serde(with = "second::required")]
    pub paid_at: Timestamp,
}

/// One download in the user's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// Which movie.
    pub movie_id: u64,
    /// The movie's name.
    #[serde(rename = "movie_name")]
    pub movie: String,
    /// When it was downloaded.
    #[serde(with = "second::required")]
    pub downloaded_at: Timestamp,
}
