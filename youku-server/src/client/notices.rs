//! Notices, and what the user has downloaded and bought.

use jiff::Timestamp;
use serde::Deserialize;

use crate::client::wire::Request;
use crate::client::{Client, Result, moment};

/// A notice of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
    #[serde(deserialize_with = "moment")]
    pub published_at: Timestamp,
}

/// A paid movie that the user has bought: further downloads of it are free.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
    #[serde(deserialize_with = "moment")]
    pub paid_at: Timestamp,
}

/// One download on the user's record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// Which movie.
    pub movie_id: u64,
    /// The movie's name.
    #[serde(rename = "movie_name")]
    pub movie: String,
    /// When it was downloaded.
    #[serde(deserialize_with = "moment")]
    pub downloaded_at: Timestamp,
}

impl Client {
    /// Publishes a notice: by default a title of up to 15 characters and a text of up to 100.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden` or `bad_request`; or the
    /// connection is lost, and then it may have been published.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the notice may have been published.
    pub async fn publish_notice(&mut self, title: &str, content: &str) -> Result<Notice> {
        self.write(&Request::SendNotice { title, content }).await
    }

    /// All notices, newest first. Works without a session.
    ///
    /// # Errors
    ///
    /// The connection is lost, or the server cannot carry out the request.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn notices(&mut self) -> Result<Vec<Notice>> {
        self.list("notice_list", |after| Request::CheckNotice { after })
            .await
    }

    /// What the user has downloaded, newest first.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` or `session_replaced`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn history(&mut self) -> Result<Vec<Record>> {
        self.list("record_list", |after| Request::CheckRecord { after })
            .await
    }

    /// The movies that the user has paid for, newest first.
    ///
    /// # Errors
    ///
    /// As [`history`](Self::history).
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn purchases(&mut self) -> Result<Vec<Purchase>> {
        self.list("purchase_list", |after| Request::Purchases { after })
            .await
    }
}
