//! Uploads that have expired or whose process is gone, and staged files without an upload.

use std::collections::HashSet;
use std::pin::pin;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use youku_orm::{Filter, Model};

use crate::basics::error::Result;
use crate::operations::batch::{BATCH, Failures, in_batches};
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;
use crate::records::movies::orphan::{NewOrphanRow, OrphanRow};
use crate::records::movies::upload::UploadRow;
use crate::service::process::has_ended;
use crate::service::shared::Service;
use crate::storage::key::BlobKey;
use crate::storage::staging::staged::Staged;

/// Why an upload has ended without its handle.
pub(super) fn has_expired(now: Timestamp) -> Filter<UploadRow> {
    UploadRow::EXPIRES_AT.le(now)
}

/// Uploads that end with their handle, whose process has ended on this machine.
pub(super) async fn left_behind(service: &Service) -> Result<Vec<UploadRow>> {
    let owned = UploadRow::filter(UploadRow::OWNER.is_not_null());
    let owned = in_batches(service, owned);
    let gone = owned.try_filter(|upload| {
        let gone = upload.owner.as_deref().is_some_and(has_ended);
        std::future::ready(gone)
    });
    gone.try_collect().await
}

/// Ends every upload whose process is gone and, if the clock can be believed, every one that has expired. Returns their
/// number.
pub(super) async fn end(service: &Service, now: Timestamp, is_believed: bool) -> Result<u64> {
    let (mut ended, mut failed) = (0, Failures::default());
    for upload in left_behind(service).await? {
        let same = UploadRow::OWNER.eq(upload.owner.as_deref().unwrap_or_default());
        let one = end_one(service, &upload, same, now).await;
        ended += failed.note(one)?.unwrap_or(0);
    }
    if is_believed {
        let expired = UploadRow::filter(has_expired(now));
        let mut expired = pin!(in_batches(service, expired));
        while let Some(upload) = expired.try_next().await? {
            let one = end_one(service, &upload, has_expired(now), now).await;
            ended += failed.note(one)?.unwrap_or(0);
        }
    }
    failed.or(ended)
}

/// Deletes the row if `still` holds, which also ends its right to publish; then removes its bytes, staged or published.
async fn end_one(
    service: &Service,
    upload: &UploadRow,
    still: Filter<UploadRow>,
    now: Timestamp,
) -> Result<u64> {
    let ended = service
        .write(async |tx| {
            let row = UploadRow::filter(UploadRow::UP_ID.eq(upload.up_id));
            let ended = row.filter(still.clone()).delete(&mut *tx).await?;
            if ended > 0 {
                // Since a backup from which the database was restored, the upload may have become a movie. If the
                // database may have been restored since the upload was opened, its published bytes are like any
                // others without a row. A lower number of the store hides that a database was restored.
                let state = MaintenanceRow::get(&mut *tx, ONLY).await?;
                let doubted_at = state.accepted_at.max(state.repaired_at);
                let mark = NewOrphanRow {
                    object_key: upload.movie_path.clone(),
                    // A clock that is behind must not end the grace before it has begun.
                    found_at: now.max(upload.created_at),
                    sha256: None,
                    is_due: doubted_at.is_none_or(|doubted_at| upload.created_at > doubted_at),
                };
                OrphanRow::insert(mark).or_ignore().exec(tx).await?;
            }
            Ok(ended)
        })
        .await?;
    if ended > 0
        && let Some(key) = BlobKey::parse(&upload.movie_path)
    {
        service.staging.remove(&key).await?;
        remove_if_due(service, &key).await?;
    }
    Ok(ended)
}

/// Removes the published bytes of an upload that the service has ended, and their mark. A mark that a crash leaves is found by
/// the next round.
async fn remove_if_due(service: &Service, key: &BlobKey) -> Result<()> {
    let mark = OrphanRow::filter(OrphanRow::OBJECT_KEY.eq(key.as_str()));
    let mark = mark.filter(OrphanRow::IS_DUE.eq(true));
    if mark.clone().exists(&service.db).await? {
        service.blobs.remove(key).await?;
        service.delete(&mark).await?;
    }
    Ok(())
}

/// Staged files that were last written before `old` and belong to no upload.
pub(super) async fn unowned_files(service: &Service, old: Timestamp) -> Result<Vec<Staged>> {
    let mut unowned = Vec::new();
    for batch in service
        .staging
        .older_than(old)
        .await?
        .chunks(BATCH as usize)
    {
        let owned = owned_by_uploads(service, batch.iter().map(|staged| &staged.key)).await?;
        let without = batch
            .iter()
            .filter(|staged| !owned.contains(staged.key.as_str()));
        unowned.extend(without.cloned());
    }
    Ok(unowned)
}

/// Removes those files, and returns their number.
pub(super) async fn remove_unowned_files(service: &Service, old: Timestamp) -> Result<u64> {
    let mut removed = 0;
    for staged in unowned_files(service, old).await? {
        match staged.remove().await {
            Ok(()) => removed += 1,
            // A file that cannot be removed must not stop the rest of the sweep.
            Err(error) => tracing::warn!(
                ?error,
                "cannot remove a staged file; continuing with the others"
            ),
        }
    }
    Ok(removed)
}

/// Those of the keys that an upload has.
pub(super) async fn owned_by_uploads(
    service: &Service,
    keys: impl Iterator<Item = &BlobKey>,
) -> Result<HashSet<String>> {
    let owners = UploadRow::filter(UploadRow::MOVIE_PATH.in_(keys.map(BlobKey::as_str)));
    let owners = owners.all(&service.db).await?;
    Ok(owners.into_iter().map(|upload| upload.movie_path).collect())
}
