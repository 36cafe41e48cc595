//! Whether the user of a download in progress may still have its bytes.

use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::{Error, Result};
use crate::host::clock::after;
use crate::records::accounts::user::UserRow;
use crate::service::youku::Youku;
use crate::sessions::handle::Session;

/// The right of a download to continue, checked again from time to time.
#[derive(Debug)]
pub(super) struct Authority {
    youku: Youku,
    user: youku_orm::Id<UserRow>,
    checked_at: Timestamp,
}

impl Authority {
    /// The right of a session that was checked at `now`.
    pub(super) fn new(session: &Session, now: Timestamp) -> Self {
        Self {
            youku: session.youku().clone(),
            user: session.user_id().key(),
            checked_at: now,
        }
    }

    /// Checks that the user may still log in, unless that was checked a moment ago.
    ///
    /// A database that does not answer interrupts no download.
    ///
    /// # Errors
    ///
    /// `unauthenticated`.
    pub(super) async fn check(&mut self) -> Result<()> {
        let service = &*self.youku.0;
        let now = service.now();
        let next = after(self.checked_at, service.policy.download_check);
        if (self.checked_at..next).contains(&now) {
            return Ok(());
        }
        let user = UserRow::filter(UserRow::U_ID.eq(self.user));
        let may = user
            .filter(UserRow::LOCKED_AT.is_null())
            .filter(UserRow::DELETED_AT.is_null());
        match may.exists(&service.db).await {
            Ok(true) => {}
            Ok(false) => return Err(Error::unauthenticated()),
            Err(error) => tracing::debug!(%error, "the user of a download was not checked"),
        }
        self.checked_at = now;
        Ok(())
    }
}
