//! Notices, and what the user has downloaded and bought.

use crate::client::wire::Request;
use crate::client::{Client, Result};
use crate::message::objects::{Notice, Purchase, Record};

impl Client {
    /// Publishes a notice for all users. The policy of the service limits the lengths of both texts.
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

    /// Replaces title and content of a notice.
    ///
    /// # Errors
    ///
    /// As [`publish_notice`](Self::publish_notice); `not_found`.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the notice may have been changed.
    pub async fn edit_notice(
        &mut self,
        notice_id: u64,
        title: &str,
        content: &str,
    ) -> Result<Notice> {
        let request = Request::EditNotice {
            notice_id,
            title,
            content,
        };
        self.write(&request).await
    }

    /// Deletes a notice, and returns what it was.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden` or `not_found`; or the
    /// connection is lost, and then it may have been deleted.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the notice may have been deleted.
    pub async fn delete_notice(&mut self, notice_id: u64) -> Result<Notice> {
        self.write(&Request::DeleteNotice { notice_id }).await
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
