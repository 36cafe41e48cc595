//! What a sweep would do.

use std::pin::pin;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::Result;
use crate::host::clock::before;
use crate::movies::view::MovieView;
use crate::operations::batch::{Failures, in_batches};
use crate::operations::sweep::collect::collectable;
use crate::operations::sweep::hold::Hold;
use crate::operations::sweep::{due_before, hidden, orphans, rows, uploads};
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::UploadRow;
use crate::service::youku::Youku;

/// What the next sweep would do if nothing holds it back; made by [`Youku::sweep_plan`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SweepPlan {
    /// Why the sweep would remove nothing of what follows.
    pub hold: Option<Hold>,
    /// Uploads that would end: the names of their movies, with the announced size.
    pub uploads: Vec<(String, u64)>,
    /// The names of staged files that would be removed.
    pub staged_files: Vec<String>,
    /// Deleted movies whose bytes would be removed.
    pub collected_movies: Vec<MovieView>,
    /// Stored objects that belong to no row, due or not.
    pub objects: Vec<UnownedObject>,
    /// Movies that would be hidden because their bytes are missing; not all of them if there are too many.
    pub lost_movies: Vec<MovieView>,
    /// Hidden movies that would be listed again.
    pub found_movies: Vec<MovieView>,
    /// How many sessions have expired.
    pub sessions: u64,
    /// How many unused invites have expired.
    pub invites: u64,
    /// How many names have failed log-ins that no longer count.
    pub login_failures: u64,
    /// How many waits were over long ago and were never used.
    pub waits: u64,
}

/// A stored object that belongs to neither a movie nor an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnownedObject {
    /// Its name in the store, in the folder `objects`.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// When a sweep marked it; none if none has.
    pub found_at: Option<Timestamp>,
    /// Whether its grace is over. One sweep removes at most [`Policy::round_limit`](crate::Policy::round_limit) objects.
    pub is_due: bool,
}

impl Youku {
    /// Lists what a [sweep](Self::sweep) would do now, and changes nothing. The lists are held in memory.
    ///
    /// # Errors
    ///
    /// Those of [`sweep`](Self::sweep).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn sweep_plan(&self) -> Result<SweepPlan> {
        let service = &*self.0;
        let now = service.now();
        let mut plan = SweepPlan {
            sessions: rows::expired_sessions(service, now)
                .count(&service.db)
                .await?,
            invites: rows::expired_invites(now).count(&service.db).await?,
            login_failures: rows::old_failures(now).count(&service.db).await?,
            waits: rows::old_waits(service, now).count(&service.db).await?,
            ..SweepPlan::default()
        };
        if service.is_database_older().await? {
            plan.hold = Some(Hold::DatabaseRestored);
        } else if !service.would_believe_clock().await? {
            plan.hold = Some(Hold::ClockJumped);
        }
        let expired = UploadRow::filter(uploads::has_expired(now));
        let mut ended: Vec<_> = in_batches(service, expired).try_collect().await?;
        ended.extend(uploads::left_behind(service).await?);
        ended.sort_by_key(|upload| upload.up_id.get());
        ended.dedup_by_key(|upload| upload.up_id);
        let uploads = ended.into_iter();
        plan.uploads = uploads
            .map(|upload| (upload.movie_name, upload.movie_size))
            .collect();
        let old = before(now, service.policy.sweep_grace);
        let staged = uploads::unowned_files(service, old).await?.into_iter();
        plan.staged_files = staged
            .map(|staged| staged.path.display().to_string())
            .collect();
        let deleted = due_before(service, now, service.policy.restore_window).await?;
        let collected = MovieRow::filter(collectable(deleted));
        let collected = in_batches(service, collected).map_ok(MovieView::from);
        plan.collected_movies = collected.try_collect().await?;
        self.plan_store(&mut plan, now).await?;
        Ok(plan)
    }

    async fn plan_store(&self, plan: &mut SweepPlan, now: Timestamp) -> Result<()> {
        let service = &*self.0;
        let (inventory, mut failed) = (service.blobs.inventory().await?, Failures::default());
        let mut hidden = pin!(in_batches(service, MovieRow::filter(hidden::is_hidden())));
        while let Some(movie) = hidden.try_next().await? {
            // Of several movies with one content, one is listed.
            let is_listed = hidden::listed_with(service, &movie.sha256).await?.is_some()
                || plan
                    .found_movies
                    .iter()
                    .any(|found| found.sha256 == movie.sha256);
            if !is_listed && hidden::has_its_bytes(service, &inventory, &movie, &mut failed).await?
            {
                plan.found_movies.push(movie.into());
            }
        }
        let most = hidden::most_per_round(service).await?;
        let missing = hidden::missing(service, &inventory, most, &mut failed).await?;
        if missing.count() > most {
            plan.hold.get_or_insert(Hold::StoreIncomplete);
        }
        plan.lost_movies = missing.movies.into_iter().map(MovieView::from).collect();
        for batch in orphans::batches(service, &inventory, now) {
            let sorted = orphans::sort(service, batch, now).await?;
            let objects = sorted.orphans.into_iter();
            plan.objects.extend(objects.map(|orphan| UnownedObject {
                size: inventory.size(&orphan.key).unwrap_or(0),
                key: orphan.key.as_str().to_owned(),
                found_at: orphan.found_at,
                is_due: orphan.is_due,
            }));
        }
        failed.or(())
    }
}
