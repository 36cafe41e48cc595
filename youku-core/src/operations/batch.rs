//! Work of maintenance in small batches, so that no other statement waits long for it.

use youku_orm::{Column, Id, Model, Narrowed, PrimaryKey, Query};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::service::shared::Service;

/// How many rows or files are looked at together.
pub(crate) const BATCH: u64 = 200;

/// What failed for some objects while others went well.
#[derive(Default)]
pub(crate) struct Failed(Option<Error>);

impl Failed {
    /// What was done for an object; nothing when it failed for reasons of its own. That is told at
    /// the end, so that it does not keep all others from their turn.
    ///
    /// # Errors
    ///
    /// The store does not answer, and will not for the others.
    pub(crate) fn note<T>(&mut self, done: Result<T>) -> Result<Option<T>> {
        match done {
            Err(error) if error.code() == Code::Internal => {
                tracing::warn!(?error, "a stored object cannot be looked after");
                self.0.get_or_insert(error);
                Ok(None)
            }
            done => done.map(Some),
        }
    }

    /// The `count` of what was done, if all went well.
    pub(crate) fn or(self, count: u64) -> Result<u64> {
        self.0.map_or(Ok(count), Err)
    }
}

/// Deletes rows a few at a time, so that nobody waits long for their locks. What no longer fits the
/// filter when its batch comes stays.
pub(crate) async fn delete_by_batches<M: Model>(
    service: &Service,
    key: Column<M, Id<M>, PrimaryKey>,
    rows: Query<M, Narrowed>,
) -> Result<u64> {
    let mut removed = 0;
    loop {
        let batch = rows.clone().order_by(key.asc()).limit(BATCH).select(key);
        let keys = batch.all(&service.db).await?;
        let is_last = (keys.len() as u64) < BATCH;
        if !keys.is_empty() {
            let batch = rows.clone().filter(key.in_(keys));
            removed += service
                .write(async |tx| Ok(batch.clone().delete(tx).await?))
                .await?;
        }
        if is_last {
            return Ok(removed);
        }
    }
}
