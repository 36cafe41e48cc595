//! A viewing: all downloads of one user and movie that have one wait and one entry in the history.
//!
//! Its id is first in the row of its wait. When its first bytes start, that row is deleted and the
//! entry of the history gets the id. A member's viewing has no wait, so it has no row before that: its
//! id is the one that its first request was given, or any unused one that a request names.

use jiff::Timestamp;
use youku_orm::{Executor, Filter, Id, Model, New, Query, Transaction, Writable};

use crate::basics::error::{Error, Result};
use crate::downloads::history::forget_oldest;
use crate::host::clock::{after, before};
use crate::host::policy::Policy;
use crate::records::events::event::EventKind;
use crate::records::movies::download_record::{DownloadRecordRow, NewDownloadRecordRow};
use crate::records::movies::download_wait::{DownloadWaitRow, NewDownloadWaitRow};
use crate::records::movies::movie::MovieRow;
use crate::service::outbox::Happened;
use crate::sessions::caller::Caller;

/// The viewings of one user and movie, as seen at `now`.
pub(super) struct Viewings<'a> {
    pub(super) caller: &'a Caller,
    pub(super) movie: Id<MovieRow>,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
}

/// Which viewing a download belongs to.
pub(super) struct Wanted<'a> {
    /// The id that the client named.
    pub(super) watch_id: Option<&'a str>,
    /// Whether the download resumes after its first bytes.
    pub(super) resumes: bool,
    /// The id of a new viewing.
    pub(super) new_id: &'a str,
}

/// A viewing that has begun or waits.
#[derive(Debug, Clone)]
pub(super) struct Viewing {
    pub(super) watch_id: String,
    /// When its bytes may start.
    pub(super) ready_at: Timestamp,
}

impl Viewings<'_> {
    /// The viewing that the client named, if it can still be used; otherwise for a download that
    /// resumes the latest one; otherwise the one that waits. If there is none, a new one begins to
    /// wait.
    pub(super) async fn join(&self, wanted: &Wanted<'_>, tx: &mut Transaction) -> Result<Viewing> {
        if let Some(viewing) = self.named(wanted, &mut *tx).await? {
            return Ok(viewing);
        }
        if let Some(viewing) = self.latest(wanted, &mut *tx).await? {
            return Ok(viewing);
        }
        if self.is_waived() {
            return Ok(self.at_once(wanted.new_id.to_owned()));
        }
        self.wait(wanted.new_id, tx).await
    }

    /// When the bytes of a new viewing could start, if it were requested now.
    pub(super) async fn would_be_ready_at(&self, executor: impl Executor) -> Result<Timestamp> {
        let waiting = DownloadWaitRow::filter(self.row()).first(executor).await?;
        let waiting = waiting.filter(|row| self.is_live(row));
        let ready_at = waiting.map_or_else(|| self.fresh(), |row| row.ready_at.max(self.now));
        Ok(self.unless_waived(ready_at))
    }

    /// Begins the viewing, or continues it. Returns where to wait again if its wait is not over, or
    /// is gone: it was not used for so long that it has ended.
    pub(super) async fn begin(
        &self,
        watch_id: &str,
        tx: &mut Transaction,
    ) -> Result<Option<Viewing>> {
        if self.begun(watch_id).exists(&mut *tx).await? {
            return Ok(None);
        }
        let row = self.row().and(DownloadWaitRow::WATCH_ID.eq(watch_id));
        let waits = DownloadWaitRow::filter(row.clone());
        let may_begin = if self.is_waived() {
            // Most often there is no row, and a deletion would lock the place where it would be.
            if waits.clone().exists(&mut *tx).await? {
                waits.delete(&mut *tx).await?;
            }
            true
        } else {
            let over = waits.filter(DownloadWaitRow::READY_AT.le(self.now));
            over.delete(&mut *tx).await? == 1
        };
        if may_begin {
            let new = NewDownloadRecordRow {
                movie_id: self.movie,
                user_id: self.caller.user,
                download_time: self.now,
                watch_id: Some(watch_id.to_owned()),
            };
            new.insert(&mut *tx).await.map_err(Error::lost_if_taken)?;
            forget_oldest(self.caller.user, self.policy.max_history, &mut *tx).await?;
            let downloaded = Happened {
                movie: Some(self.movie),
                ..Happened::to(self.caller.user)
            };
            downloaded
                .write(&[EventKind::Downloaded], self.now, tx)
                .await?;
            return Ok(None);
        }
        match DownloadWaitRow::filter(row).first(&mut *tx).await? {
            Some(row) if row.ready_at > self.now => Ok(Some(Viewing {
                watch_id: watch_id.to_owned(),
                ready_at: row.ready_at,
            })),
            // A deletion sees the newest row, while a query sees the row as the transaction first
            // saw it (MySQL manual, "Consistent Nonlocking Reads"). So another download has begun
            // the viewing.
            Some(_) => Err(Error::lost_race()),
            None => self.wait(watch_id, tx).await.map(Some),
        }
    }

    async fn named(&self, wanted: &Wanted<'_>, tx: &mut Transaction) -> Result<Option<Viewing>> {
        let Some(watch_id) = wanted.watch_id else {
            return Ok(None);
        };
        let begun = self.begun(watch_id).filter(self.is_recent());
        if begun.exists(&mut *tx).await? {
            return Ok(Some(self.at_once(watch_id.to_owned())));
        }
        let waiting = self.row().and(DownloadWaitRow::WATCH_ID.eq(watch_id));
        let waiting = DownloadWaitRow::filter(waiting).first(&mut *tx).await?;
        let waiting = waiting.filter(|row| self.is_live(row));
        if waiting.is_none() && self.is_waived() && is_id(watch_id) {
            let used = DownloadRecordRow::filter(DownloadRecordRow::WATCH_ID.eq(watch_id));
            let is_used = used.exists(tx).await?;
            return Ok((!is_used).then(|| self.at_once(watch_id.to_owned())));
        }
        Ok(waiting.map(|row| Viewing {
            watch_id: watch_id.to_owned(),
            ready_at: self.unless_waived(row.ready_at),
        }))
    }

    /// The latest viewing that has begun, for a download that resumes without its id.
    async fn latest(&self, wanted: &Wanted<'_>, tx: &mut Transaction) -> Result<Option<Viewing>> {
        if !wanted.resumes {
            return Ok(None);
        }
        let begun = self.records().filter(self.is_recent());
        let latest = begun.order_by(DownloadRecordRow::D_ID.desc());
        let Some(row) = latest.first(&mut *tx).await? else {
            return Ok(None);
        };
        if let Some(watch_id) = row.watch_id {
            return Ok(Some(self.at_once(watch_id)));
        }
        // An earlier version began it.
        let unnamed = DownloadRecordRow::filter(DownloadRecordRow::D_ID.eq(row.d_id))
            .filter(DownloadRecordRow::WATCH_ID.is_null())
            .set(DownloadRecordRow::WATCH_ID, Some(wanted.new_id.to_owned()));
        match unnamed.update(tx).await? {
            0 => Err(Error::lost_race()),
            _ => Ok(Some(self.at_once(wanted.new_id.to_owned()))),
        }
    }

    /// The viewing that waits; it begins to wait here if there is none.
    async fn wait(&self, new_id: &str, tx: &mut Transaction) -> Result<Viewing> {
        let ready_at = self.fresh();
        let fresh = Viewing {
            watch_id: new_id.to_owned(),
            ready_at: self.unless_waived(ready_at),
        };
        let Some(row) = DownloadWaitRow::filter(self.row()).first(&mut *tx).await? else {
            let new = NewDownloadWaitRow {
                user_id: self.caller.user,
                movie_id: self.movie,
                ready_at,
                started_at: None,
                watch_id: Some(new_id.to_owned()),
            };
            new.insert(tx).await.map_err(Error::lost_if_taken)?;
            return Ok(fresh);
        };
        let is_live = self.is_live(&row);
        if let Some(watch_id) = row.watch_id.clone().filter(|_| is_live) {
            return Ok(Viewing {
                watch_id,
                ready_at: self.unless_waived(row.ready_at),
            });
        }
        let until = if is_live { row.ready_at } else { ready_at };
        let unchanged = match &row.watch_id {
            Some(watch_id) => DownloadWaitRow::WATCH_ID.eq(watch_id),
            None => DownloadWaitRow::WATCH_ID.is_null(),
        };
        let renewed = DownloadWaitRow::filter(DownloadWaitRow::W_ID.eq(row.w_id))
            .filter(unchanged)
            .set(DownloadWaitRow::STARTED_AT, None)
            .set(DownloadWaitRow::READY_AT, until)
            .set(DownloadWaitRow::WATCH_ID, Some(new_id.to_owned()));
        match renewed.update(tx).await? {
            0 => Err(Error::lost_race()),
            _ => Ok(Viewing {
                ready_at: self.unless_waived(until),
                ..fresh
            }),
        }
    }

    /// Whether a wait can still be used. One that ends later than a new one would began under a
    /// clock that was set back since, or under an older policy.
    fn is_live(&self, row: &DownloadWaitRow) -> bool {
        row.started_at.is_none()
            && row.ready_at <= self.fresh()
            && self.now <= after(row.ready_at, self.policy.wait_lifetime)
    }

    fn is_waived(&self) -> bool {
        self.caller.is_vip(self.now) || self.policy.download_wait.is_zero()
    }

    fn unless_waived(&self, ready_at: Timestamp) -> Timestamp {
        if self.is_waived() { self.now } else { ready_at }
    }

    fn fresh(&self) -> Timestamp {
        after(self.now, self.policy.download_wait)
    }

    fn at_once(&self, watch_id: String) -> Viewing {
        Viewing {
            watch_id,
            ready_at: self.now,
        }
    }

    fn row(&self) -> Filter<DownloadWaitRow> {
        let user = DownloadWaitRow::USER_ID.eq(self.caller.user);
        user.and(DownloadWaitRow::MOVIE_ID.eq(self.movie))
    }

    fn records(&self) -> Query<DownloadRecordRow, Writable> {
        DownloadRecordRow::filter(DownloadRecordRow::USER_ID.eq(self.caller.user))
            .filter(DownloadRecordRow::MOVIE_ID.eq(self.movie))
    }

    fn begun(&self, watch_id: &str) -> Query<DownloadRecordRow, Writable> {
        self.records()
            .filter(DownloadRecordRow::WATCH_ID.eq(watch_id))
    }

    /// Viewings that can be continued. One in the future began under a clock that was ahead.
    fn is_recent(&self) -> Filter<DownloadRecordRow> {
        let first = before(self.now, self.policy.resume_window);
        let last = after(self.now, self.policy.max_clock_error);
        let begun = DownloadRecordRow::DOWNLOAD_TIME.ge(first);
        begun.and(DownloadRecordRow::DOWNLOAD_TIME.le(last))
    }
}

/// Whether a text can be the id of a viewing.
fn is_id(text: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 32 && text.bytes().all(is_digit)
}
