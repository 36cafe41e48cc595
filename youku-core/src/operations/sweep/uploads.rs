//! Uploads that have expired or whose process is gone, and staged files without an upload.

use std::collections::HashSet;
use std::pin::pin;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use youku_orm::{Filter, Model};

use crate::basics::error::Result;
use crate::operations::batch::{BATCH, Failures, in_batches};
use crate::records::movies::upload::UploadRow;
use crate::service::given_up;
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
        let one = end_one(service, &upload, same).await;
        ended += failed.note(one)?.unwrap_or(0);
    }
    if is_believed {
        let expired = UploadRow::filter(has_expired(now));
        let mut expired = pin!(in_batches(service, expired));
        while let Some(upload) = expired.try_next().await? {
            let one = end_one(service, &upload, has_expired(now)).await;
            ended += failed.note(one)?.unwrap_or(0);
        }
    }
    failed.or(ended)
}

/// Ends an upload if `still` holds, and removes its bytes, staged or published.
async fn end_one(service: &Service, upload: &UploadRow, still: Filter<UploadRow>) -> Result<u64> {
    let row = UploadRow::filter(UploadRow::UP_ID.eq(upload.up_id)).filter(still);
    let ended = given_up::end_upload(service, row).await?;
    Ok(u64::from(ended))
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
