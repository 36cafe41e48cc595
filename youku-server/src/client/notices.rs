//! Notices, and the record of downloads.

use serde::Deserialize;

use super::wire::{Nothing, Request};
use super::{Client, Result};

/// A notice of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "(String, String, String)")]
#[non_exhaustive]
pub struct Notice {
    /// One line.
    pub title: String,
    /// The text, which may have several lines.
    pub content: String,
    /// When it was published, as the server writes that for people.
    pub time: String,
}

/// One download on the user's record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "(String, String)")]
#[non_exhaustive]
pub struct Record {
    /// The movie's name.
    pub movie: String,
    /// When it was downloaded, as the server writes that for people.
    pub time: String,
}

#[derive(Deserialize)]
struct NoticeList {
    #[serde(default)]
    notice_list: Vec<Notice>,
    next: Option<u64>,
}

#[derive(Deserialize)]
struct RecordList {
    #[serde(default)]
    record_list: Vec<Record>,
    next: Option<u64>,
}

impl Client {
    /// Publishes a notice: by default a title of up to 15 characters and a text of up to 100.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden` or `bad_request`; or the
    /// connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards, and the notice may have been published.
    pub async fn publish_notice(&mut self, title: &str, content: &str) -> Result<()> {
        self.call::<Nothing>(Request::SendNotice { title, content })
            .await
            .map(drop)
    }

    /// All notices, the latest first. Nobody has to be logged in.
    ///
    /// # Errors
    ///
    /// The connection is lost, or the server is in trouble.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards.
    pub async fn notices(&mut self) -> Result<Vec<Notice>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let NoticeList { notice_list, next } =
                self.call(Request::CheckNotice { after }).await?;
            all.extend(notice_list);
            match next {
                Some(_) => after = next,
                None => return Ok(all),
            }
        }
    }

    /// What the user has downloaded, the latest first.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` or `session_replaced`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards.
    pub async fn history(&mut self) -> Result<Vec<Record>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let RecordList { record_list, next } =
                self.call(Request::CheckRecord { after }).await?;
            all.extend(record_list);
            match next {
                Some(_) => after = next,
                None => return Ok(all),
            }
        }
    }
}

impl From<(String, String, String)> for Notice {
    fn from((title, content, time): (String, String, String)) -> Self {
        Self {
            title,
            content,
            time,
        }
    }
}

impl From<(String, String)> for Record {
    fn from((movie, time): (String, String)) -> Self {
        Self { movie, time }
    }
}
