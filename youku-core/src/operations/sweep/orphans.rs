//! Stored bytes without a row: marked first, removed after a grace.
//!
//! A database that is restored from an older backup does not know the movies that were listed since. Their bytes look like
//! what a crash leaves. So bytes without a row are only marked, in the database: a restored database has no marks, and its
//! grace begins with the first sweep.

use std::collections::{HashMap, HashSet};
use std::pin::pin;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use youku_orm::{Id, Model};

use crate::basics::error::Result;
use crate::host::clock::before;
use crate::operations::batch::{BATCH, Failures, in_batches};
use crate::operations::sweep::due_before;
use crate::operations::sweep::uploads::owned_by_uploads;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::orphan::{NewOrphanRow, OrphanRow};
use crate::service::shared::Service;
use crate::service::store_identity;
use crate::storage::inventory::Inventory;
use crate::storage::key::BlobKey;

/// Bytes without a row.
pub(super) struct Orphan {
    pub(super) key: BlobKey,
    /// When they were marked; none if they are not marked yet.
    pub(super) found_at: Option<Timestamp>,
    /// Whether they are removed now, if the round removes that many.
    pub(super) is_due: bool,
    /// Whether the service itself has ended the movie or upload that owned them. They are not counted against the limit of a
    /// round.
    pub(super) is_ended: bool,
}

/// The objects of one batch, by what the database says of them.
pub(super) struct Sorted {
    pub(super) orphans: Vec<Orphan>,
    /// Marks of objects that a row owns now.
    disproved: Vec<OrphanRow>,
}

/// Marks every object without a row, and removes those whose grace is over, but no more than one round may. Returns how many
/// were removed.
pub(super) async fn remove(
    service: &Service,
    inventory: &Inventory,
    now: Timestamp,
) -> Result<u64> {
    store_identity::require(&service.db, &service.blobs).await?;
    let (mut removed, mut failed) = (0, Failures::default());
    let mut left = service.policy.per_round(inventory.len() as u64);
    for batch in batches(service, inventory, now) {
        let sorted = sort(service, batch, now).await?;
        forget(service, &sorted.disproved).await?;
        for orphan in sorted.orphans {
            if !orphan.is_due {
                mark(service, &orphan, now).await?;
                continue;
            }
            if !orphan.is_ended && left == 0 {
                continue;
            }
            left -= u64::from(!orphan.is_ended);
            let gone = failed.note(remove_one(service, &orphan.key).await)?;
            removed += u64::from(gone.is_some());
        }
    }
    forget_marks_of_gone(service, inventory).await?;
    failed.or(removed)
}

/// The keys of objects that are old enough to be looked at.
pub(super) fn batches(
    service: &Service,
    inventory: &Inventory,
    now: Timestamp,
) -> Vec<Vec<BlobKey>> {
    let old = before(now, service.policy.sweep_grace);
    let keys: Vec<_> = inventory.older_than(old).collect();
    keys.chunks(BATCH as usize).map(<[_]>::to_vec).collect()
}

pub(super) async fn sort(service: &Service, batch: Vec<BlobKey>, now: Timestamp) -> Result<Sorted> {
    // Uploads first: an upload that finishes between the two queries is found as a movie by the second.
    let mut owned = owned_by_uploads(service, batch.iter()).await?;
    let movies = MovieRow::filter(MovieRow::MOVIE_PATH.in_(batch.iter().map(BlobKey::as_str)));
    let movies = movies.all(&service.db).await?;
    let (collected, there): (Vec<_>, Vec<_>) =
        movies.into_iter().partition(|movie| movie.is_collected);
    owned.extend(there.into_iter().map(|movie| movie.movie_path));
    let collected: HashSet<_> = collected
        .into_iter()
        .map(|movie| movie.movie_path)
        .collect();
    let marks = OrphanRow::filter(OrphanRow::OBJECT_KEY.in_(batch.iter().map(BlobKey::as_str)));
    let marks = marks.all(&service.db).await?;
    let (disproved, marks): (Vec<_>, Vec<_>) = marks
        .into_iter()
        .partition(|mark| owned.contains(&mark.object_key));
    let marks: HashMap<_, _> = marks
        .into_iter()
        .map(|mark| (mark.object_key.clone(), mark))
        .collect();
    let over = due_before(service, now, service.policy.orphan_grace).await?;
    let unowned = batch
        .into_iter()
        .filter(|key| !owned.contains(key.as_str()));
    let orphans = unowned.map(|key| {
        let mark = marks.get(key.as_str());
        let is_ended = collected.contains(key.as_str()) || mark.is_some_and(|mark| mark.is_due);
        Orphan {
            found_at: mark.map(|mark| mark.found_at),
            is_due: is_ended || mark.is_some_and(|mark| mark.found_at <= over),
            is_ended,
            key,
        }
    });
    Ok(Sorted {
        orphans: orphans.collect(),
        disproved,
    })
}

async fn mark(service: &Service, orphan: &Orphan, now: Timestamp) -> Result<()> {
    if orphan.found_at.is_some() {
        return Ok(());
    }
    let mark = NewOrphanRow {
        object_key: orphan.key.as_str().to_owned(),
        found_at: now,
        sha256: None,
        is_due: false,
    };
    OrphanRow::insert(mark)
        .or_ignore()
        .exec(&service.db)
        .await?;
    tracing::warn!(object = %orphan.key, "stored bytes belong to no movie; they are removed after `orphan_grace`");
    Ok(())
}

async fn remove_one(service: &Service, key: &BlobKey) -> Result<()> {
    service.blobs.remove(key).await?;
    let mark = OrphanRow::filter(OrphanRow::OBJECT_KEY.eq(key.as_str()));
    service.delete(&mark).await?;
    tracing::info!(object = %key, "stored bytes that belong to no movie were removed");
    Ok(())
}

async fn forget(service: &Service, marks: &[OrphanRow]) -> Result<()> {
    if !marks.is_empty() {
        let marks = OrphanRow::filter(OrphanRow::O_ID.in_(marks.iter().map(|mark| mark.o_id)));
        service.delete(&marks).await?;
    }
    Ok(())
}

/// Removes the marks of objects that do not exist any more, so that there are at most as many marks as objects.
async fn forget_marks_of_gone(service: &Service, inventory: &Inventory) -> Result<()> {
    let mut gone = Vec::new();
    let marks = in_batches(service, OrphanRow::filter(OrphanRow::O_ID.gt(Id::new(0))));
    let mut marks = pin!(marks);
    while let Some(mark) = marks.try_next().await? {
        let key = BlobKey::parse(&mark.object_key);
        // An object that is not in the inventory may have been published since. Its mark is for later.
        let is_gone = match key.filter(|key| inventory.size(key).is_none()) {
            Some(key) => service.blobs.size(&key).await?.is_none(),
            None => false,
        };
        if is_gone {
            gone.push(mark);
        }
        if gone.len() as u64 >= BATCH {
            forget(service, &std::mem::take(&mut gone)).await?;
        }
    }
    forget(service, &gone).await
}
