//! Removing what crashes left behind.
//!
//! A round that removes too much cannot be undone, and what makes it do so is a mistake somewhere else: a store that is not
//! complete, a database that was restored, a clock that jumped. So each round looks for these first, and is held back by them.

pub(crate) mod hold;
pub(crate) mod round;

mod rows;

mod given_up;
mod uploads;

pub(crate) mod hidden;
mod orphans;

mod collect;

pub(crate) mod plan;

use std::time::Duration;

use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::Result;
use crate::host::clock::before;
use crate::operations::sweep::hold::{Hold, Scope};
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;
use crate::service::shared::Service;
use crate::service::youku::Youku;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sweep {
    /// Why the sweep removed less than it would have; none when nothing held it back.
    pub hold: Option<Hold>,
    /// Uploads that had expired, or whose process is gone.
    pub uploads: u64,
    /// Staged files that belonged to no upload.
    pub staged_files: u64,
    /// Stored objects that were removed because they belonged to neither a movie nor an upload, or were given up before.
    pub objects: u64,
    /// Deleted movies whose bytes were removed because their restore window has passed.
    pub collected_movies: u64,
    /// Movies that were hidden because their bytes are missing or have another size. This must
    /// never happen; each one was logged as an error.
    pub lost_movies: u64,
    /// Hidden movies that were listed again, because their bytes are back.
    pub found_movies: u64,
    /// Movies that are hidden after this sweep; [`Youku::hidden_movies`] lists them.
    pub hidden_movies: u64,
    /// With [`Hold::StoreIncomplete`], how many listed movies may have no bytes, as far as the sweep looked.
    pub missing_movies: u64,
    /// Sessions that had expired.
    pub sessions: u64,
    /// Invites that had expired without being used.
    pub invites: u64,
    /// Names whose failed log-ins no longer count.
    pub login_failures: u64,
    /// Waits that were over long ago and were never used.
    pub waits: u64,
}

/// The last moment of what is due after `grace`. Every grace begins again when the operator accepts a restored database.
async fn due_before(service: &Service, now: Timestamp, grace: Duration) -> Result<Timestamp> {
    let over = before(now, grace);
    let row = MaintenanceRow::get(&service.db, ONLY).await?;
    let is_waiting = row
        .accepted_at
        .is_some_and(|accepted_at| accepted_at > over);
    Ok(if is_waiting {
        Timestamp::UNIX_EPOCH
    } else {
        over
    })
}

impl Youku {
    /// Removes what earlier crashes and lost connections left behind: uploads that have expired or whose process is gone,
    /// expired sessions and invites, and staged files that belong to no row once they are older than
    /// [`Policy::sweep_grace`](crate::Policy::sweep_grace). Removes the bytes of movies that were deleted
    /// [`Policy::restore_window`](crate::Policy::restore_window) ago. Hides movies whose bytes are gone, and lists them again
    /// when the bytes are back.
    ///
    /// Stored bytes that belong to no row are marked, and removed
    /// [`Policy::orphan_grace`](crate::Policy::orphan_grace) later, so that restoring an older backup of the database loses
    /// no movie. One sweep removes at most [`Policy::round_limit`](crate::Policy::round_limit) of them. A sweep is
    /// [held back](Hold) when its clock has jumped, the database was restored, or many movies have no bytes. Then it removes
    /// nothing.
    ///
    /// A host calls it when it starts, and from time to time; [`maintain_once`](Self::maintain_once) also limits stored
    /// moments. It may run while the service is in
    /// use, and at several nodes at the same time; it works in small batches, and lists the store once. Times of files are
    /// compared with the service's clock. [`sweep_plan`](Self::sweep_plan) tells what it would do.
    ///
    /// # Errors
    ///
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the database or the store cannot be
    ///   reached.
    /// - [`Code::BadRequest`](crate::Code::BadRequest) on `movies`: the store does not belong to
    ///   the database, for example because a disk is not mounted; no movie is hidden because of
    ///   that.
    /// - [`Code::Internal`](crate::Code::Internal): a file cannot be removed.
    ///
    /// What was done before the error stays done. A store that fails does not stop the work that needs none.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, a part of the work is done; another sweep does the rest.
    pub async fn sweep(&self) -> Result<Sweep> {
        let clock = self.0.begin_round().await?;
        let scope = Scope {
            clock,
            store: true,
            limits: false,
        };
        let round = self.sweep_in(scope).await?;
        round.failure.map_or(Ok(round.swept), Err)
    }
}
