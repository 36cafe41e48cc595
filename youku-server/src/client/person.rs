//! What belongs to a person: their sessions, their data and their account.

use serde::Deserialize;

use crate::client::wire::Request;
use crate::client::{Client, Result};
use crate::message::NoFields;
use crate::message::objects::OpenSession;

impl Client {
    /// The open sessions of the user, or, for an administrator, those of the user with that id;
    /// newest first.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or, for another user, `forbidden`; or the
    /// connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn sessions(&mut self, user_id: Option<u64>) -> Result<Vec<OpenSession>> {
        let request = |after| Request::Sessions { user_id, after };
        self.list("session_list", request).await
    }

    /// Ends a session by its id: one of the user's own, or, for an administrator, one of the user with
    /// that id.
    ///
    /// # Errors
    ///
    /// As [`sessions`](Self::sessions); `not_found`.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the session may have ended.
    pub async fn end_session(&mut self, session_id: u64, user_id: Option<u64>) -> Result<()> {
        let request = Request::EndSession {
            session_id,
            user_id,
        };
        self.write::<NoFields>(&request).await.map(drop)
    }

    /// Everything that the server has about the user, or, for an administrator, about the user with
    /// that id: the object of the [protocol](crate::protocol).
    ///
    /// # Errors
    ///
    /// As [`sessions`](Self::sessions); `not_found`.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn export(&mut self, user_id: Option<u64>) -> Result<serde_json::Value> {
        #[derive(Deserialize)]
        struct Exported {
            export: serde_json::Value,
        }
        let Exported { export } = self.read(&Request::Export { user_id }).await?;
        Ok(export)
    }

    /// Deletes the user's account, for good. The client forgets the session.
    ///
    /// # Errors
    ///
    /// Refused with `bad_request` when the password is wrong, `locked` after too many wrong ones,
    /// `forbidden` for the last administrator, `unauthenticated` or `session_replaced`; or the
    /// connection is lost, and then the account may be deleted.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the account may be deleted.
    pub async fn delete_account(&mut self, password: &str) -> Result<()> {
        let request = Request::DeleteAccount { password };
        self.write::<NoFields>(&request).await?;
        self.session = None;
        Ok(())
    }

    /// Deletes the account of another user, for good.
    ///
    /// # Errors
    ///
    /// As [`users`](Self::users); `not_found`; `forbidden` also for one's own account.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the account may be deleted.
    pub async fn delete_user(&mut self, user_id: u64) -> Result<()> {
        self.write::<NoFields>(&Request::DeleteUser { user_id })
            .await
            .map(drop)
    }
}
