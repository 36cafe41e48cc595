//! Bytes that the service itself has given up: purged by an administrator, or of an upload that has ended.
//!
//! Their mark was written by the transaction that gave them up. A key is random and is never used again, so such bytes can
//! neither be listed again nor be missed, whatever holds the round back. They are removed here if a program ended before it
//! removed them, or the store failed.

use std::pin::pin;

use futures_util::TryStreamExt;
use youku_orm::Model;

use crate::basics::error::Result;
use crate::operations::batch::{Failures, in_batches};
use crate::records::movies::orphan::OrphanRow;
use crate::service::given_up::remove_given_up;
use crate::service::shared::Service;
use crate::storage::key::BlobKey;

/// Removes them, and returns their number.
pub(super) async fn remove(service: &Service) -> Result<u64> {
    let (mut removed, mut failed) = (0, Failures::default());
    let given_up = OrphanRow::filter(OrphanRow::IS_DUE.eq(true));
    let mut marks = pin!(in_batches(service, given_up));
    while let Some(mark) = marks.try_next().await? {
        if let Some(key) = BlobKey::parse(&mark.object_key) {
            let gone = failed.note(remove_given_up(service, &key).await)?;
            removed += u64::from(gone.unwrap_or(false));
        }
    }
    failed.or(removed)
}
