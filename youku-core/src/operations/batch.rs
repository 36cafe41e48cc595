//! Maintenance work in small batches, so that no other statement waits long for it.

use futures_util::stream::{self, Stream, TryStreamExt};
use youku_orm::{Column, Id, Model, PrimaryKey, Query, Writable};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::service::shared::Service;

/// How many rows or files are processed together.
pub(crate) const BATCH: u64 = 200;

/// A failure for some objects, while others succeeded.
#[derive(Default)]
pub(crate) struct Failures(Option<Error>);

impl Failures {
    /// Returns what was done for an object, or nothing when only this object failed. Such a failure
    /// is reported at the end, so that the other objects are still processed.
    ///
    /// # Errors
    ///
    /// The store does not answer, so the other objects would fail too.
    pub(crate) fn note<T>(&mut self, done: Result<T>) -> Result<Option<T>> {
        match done {
            Err(error) if error.code() == Code::Internal => {
                tracing::warn!(
                    ?error,
                    "cannot process a stored object; continuing with the others"
                );
                self.0.get_or_insert(error);
                Ok(None)
            }
            done => done.map(Some),
        }
    }

    /// Returns `done` if everything succeeded, otherwise the failure.
    pub(crate) fn or<T>(self, done: T) -> Result<T> {
        self.0.map_or(Ok(done), Err)
    }
}

/// Deletes rows a few at a time, so that no transaction waits long for their locks. A row that no
/// longer matches the filter at the time of its batch stays.
pub(crate) async fn delete_by_batches<M: Model>(
    service: &Service,
    key: Column<M, Id<M>, PrimaryKey>,
    rows: Query<M, Writable>,
) -> Result<u64> {
    let mut removed = 0;
    loop {
        let batch = rows.clone().order_by(key.asc()).limit(BATCH).select(key);
        let keys = batch.all(&service.db).await?;
        let is_last = (keys.len() as u64) < BATCH;
        if !keys.is_empty() {
            let batch = rows.clone().filter(key.in_(keys));
            removed += service.delete(&batch).await?;
        }
        if is_last {
            return Ok(removed);
        }
    }
}

/// Rows in the order of their keys, read a few at a time, so that no statement stays open while they
/// are processed. A row that is inserted during that time may be left out.
pub(crate) fn in_batches<M: Model + Sync>(
    service: &Service,
    rows: Query<M, Writable>,
) -> impl Stream<Item = Result<M>> {
    let pages = stream::try_unfold(Some(None), move |after| {
        let rows = rows.clone();
        async move {
            let Some(after) = after else {
                return Ok(None);
            };
            let page = rows.page(after, BATCH).all(&service.db).await?;
            let rows = stream::iter(page.rows.into_iter().map(Ok));
            Ok::<_, Error>(Some((rows, page.next.map(Some))))
        }
    });
    pages.try_flatten()
}
