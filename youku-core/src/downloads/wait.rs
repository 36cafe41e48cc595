//! The wait before a download of a user without membership.

use jiff::Timestamp;
use youku_orm::{Filter, Id, Model, New, Transaction};

use crate::basics::error::{Error, Result};
use crate::host::clock::after;
use crate::host::policy::Policy;
use crate::records::movies::download_wait::{DownloadWaitRow, NewDownloadWaitRow};
use crate::records::movies::movie::MovieRow;
use crate::sessions::caller::Caller;

/// The wait of one user for one movie, as seen at `now`.
pub(super) struct Wait<'a> {
    pub(super) caller: &'a Caller,
    pub(super) movie: Id<MovieRow>,
    /// Whether the download resumes after its first bytes.
    pub(super) resumes: bool,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
}

/// What the row of a wait says.
enum State {
    /// No download has used up the wait; it ends at this moment.
    Unused(Timestamp),
    /// The wait was used up by the download that resumes now.
    Resumed,
}

impl Wait<'_> {
    /// When the bytes may start: now for a member, otherwise at the end of the wait. The wait
    /// begins here if it has not begun.
    pub(super) async fn ready_at(&self, tx: &mut Transaction) -> Result<Timestamp> {
        if self.is_waived() {
            return Ok(self.now);
        }
        match self.state(tx).await? {
            State::Unused(ready_at) => Ok(ready_at),
            State::Resumed => Ok(self.now),
        }
    }

    /// Uses up the wait if it is over. Otherwise, or when another download was faster, returns the
    /// moment at which to try again.
    pub(super) async fn use_up(&self, tx: &mut Transaction) -> Result<Option<Timestamp>> {
        if self.is_waived() {
            return Ok(None);
        }
        let used = DownloadWaitRow::filter(self.row())
            .filter(DownloadWaitRow::STARTED_AT.is_null())
            .filter(DownloadWaitRow::READY_AT.le(self.now))
            .set(DownloadWaitRow::STARTED_AT, self.now)
            .update(&mut *tx)
            .await?;
        if used == 1 {
            return Ok(None);
        }
        match self.state(tx).await? {
            State::Resumed => Ok(None),
            State::Unused(ready_at) if ready_at > self.now => Ok(Some(ready_at)),
            // An update sees the newest row, while a query sees the row as the transaction first
            // saw it (MySQL manual, "Consistent Nonlocking Reads"). So another download used up the
            // wait.
            State::Unused(_) => Err(Error::lost_race()),
        }
    }

    fn is_waived(&self) -> bool {
        self.caller.is_vip(self.now) || self.policy.download_wait.is_zero()
    }

    fn row(&self) -> Filter<DownloadWaitRow> {
        let user = DownloadWaitRow::USER_ID.eq(self.caller.user);
        user.and(DownloadWaitRow::MOVIE_ID.eq(self.movie))
    }

    /// Reads the row. Creates it first if there is none, and restarts its wait if this download
    /// needs a new one.
    async fn state(&self, tx: &mut Transaction) -> Result<State> {
        let fresh = after(self.now, self.policy.download_wait);
        let Some(row) = DownloadWaitRow::filter(self.row()).first(&mut *tx).await? else {
            let new = NewDownloadWaitRow {
                user_id: self.caller.user,
                movie_id: self.movie,
                ready_at: fresh,
                started_at: None,
            };
            new.insert(tx).await.map_err(Error::lost_if_taken)?;
            return Ok(State::Unused(fresh));
        };
        let seen = match row.started_at {
            // A wait that ends later than `fresh` began under a clock that was set back since, or
            // under an older policy.
            None if row.ready_at <= fresh => return Ok(State::Unused(row.ready_at)),
            None => DownloadWaitRow::STARTED_AT.is_null(),
            Some(started)
                if self.resumes && self.now <= after(started, self.policy.resume_window) =>
            {
                return Ok(State::Resumed);
            }
            Some(started) => DownloadWaitRow::STARTED_AT.eq(started),
        };
        let renewed = DownloadWaitRow::filter(DownloadWaitRow::W_ID.eq(row.w_id))
            .filter(seen)
            .set(DownloadWaitRow::STARTED_AT, None)
            .set(DownloadWaitRow::READY_AT, fresh)
            .update(tx)
            .await?;
        if renewed == 1 {
            Ok(State::Unused(fresh))
        } else {
            Err(Error::lost_race())
        }
    }
}
