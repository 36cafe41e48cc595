//! Removing what crashes left behind.
//!
//! A round that removes too much cannot be undone, and what makes it do so is a mistake somewhere else: a store that is not
//! complete, a database that was restored, a clock that jumped. So each round looks for these first, and is held back by them.

mod rows;

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
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;
use crate::records::movies::movie::MovieRow;
use crate::service::metrics;
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
    /// Stored objects that were removed because they belonged to neither a movie nor an upload.
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
    /// With [`Hold::StoreIncomplete`], how many listed movies without bytes were found until the sweep stopped looking.
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

/// What holds a sweep back from removing anything, until it is over or an operator has looked at it. Each is logged as an
/// error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hold {
    /// The store knows more listings of movies than the database, which was therefore restored from an older backup.
    /// [`Youku::accept_database`] ends it.
    DatabaseRestored,
    /// The clock has jumped since the last sweep that believed it. It ends when the clock is back, when it has run for
    /// [`Policy::clock_grace`](crate::Policy::clock_grace) without another jump, or by [`Youku::accept_clock`].
    ClockJumped,
    /// The bytes of more movies are missing than one sweep hides; see
    /// [`Policy::round_limit`](crate::Policy::round_limit). None was hidden.
    StoreIncomplete,
}

impl Hold {
    /// The hold by the name that the metrics use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DatabaseRestored => "database_restored",
            Self::ClockJumped => "clock_jumped",
            Self::StoreIncomplete => "store_incomplete",
        }
    }
}

/// How a round of maintenance sweeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// Whether the clock of the round can be believed.
    pub(crate) clock: bool,
    /// Whether the round lists the store; another node may have done it.
    pub(crate) store: bool,
    /// Whether the round brings stored moments back to what the policy allows. Only a service that runs does: the policy of a
    /// program that sweeps once may be another one.
    pub(crate) limits: bool,
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
    /// [held back](Hold) when its clock has jumped, the database was restored, or many movies have no bytes.
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
    /// What was done before the error stays done.
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
        self.sweep_in(scope).await
    }

    pub(crate) async fn sweep_in(&self, scope: Scope) -> Result<Sweep> {
        let service = &*self.0;
        let now = service.now();
        let mut swept = Sweep {
            hold: (!scope.clock).then_some(Hold::ClockJumped),
            ..Sweep::default()
        };
        // Work that needs no store comes first. A failure in the work that does need one does not
        // stop the rest.
        if scope.clock {
            if scope.limits {
                rows::limit_moments(service, now).await?;
            }
            let expired = rows::expire(service, now).await?;
            swept.sessions = expired.sessions;
            swept.invites = expired.invites;
            swept.login_failures = expired.login_failures;
            swept.waits = expired.waits;
        }
        let ended = if service.is_database_restored().await? {
            swept.hold = Some(Hold::DatabaseRestored);
            Ok(0)
        } else {
            uploads::end(service, now, scope.clock).await
        };
        if swept.hold.is_none() {
            let old = before(now, service.policy.sweep_grace);
            swept.staged_files = uploads::remove_unowned_files(service, old).await?;
        }
        if scope.store {
            self.sweep_store(&mut swept).await?;
        }
        swept.uploads = ended?;
        let hidden = MovieRow::filter(hidden::is_hidden());
        swept.hidden_movies = hidden.count(&service.db).await?;
        if let Some(hold) = swept.hold {
            metrics::held_back(hold.as_str());
        }
        tracing::info!(?swept, "sweep completed");
        Ok(swept)
    }

    async fn sweep_store(&self, swept: &mut Sweep) -> Result<()> {
        let service = &*self.0;
        let now = service.now();
        let inventory = service.blobs.inventory().await?;
        let examined = hidden::examine(service, &inventory).await;
        if let Ok(examined) = &examined {
            swept.lost_movies = examined.lost;
            swept.found_movies = examined.found;
            swept.missing_movies = examined.missing;
            if examined.missing > 0 {
                swept.hold.get_or_insert(Hold::StoreIncomplete);
            }
        }
        if swept.hold.is_none() {
            // In this order, because the inventory has the bytes that are collected now.
            let unowned = orphans::remove(service, &inventory, now).await;
            let collected = collect::collect(service, now).await;
            (swept.collected_movies, swept.objects) = (collected?, unowned?);
        }
        examined.map(drop)
    }
}
