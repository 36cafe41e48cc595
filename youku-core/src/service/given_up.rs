//! Published bytes that no movie will own: marked by the transaction that gives them up, and removed after it.
//!
//! The mark is what remains if the program ends in between, or the store fails; the next round of maintenance removes what has
//! one.

use jiff::Timestamp;
use youku_orm::{Model, Narrowed, Query, Transaction};

use crate::basics::error::Result;
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::orphan::{NewOrphanRow, OrphanRow};
use crate::records::movies::upload::UploadRow;
use crate::service::shared::Service;
use crate::storage::key::BlobKey;

/// Deletes the row of one upload, which also ends its right to publish, and marks its bytes. Returns the row; nothing if it does
/// not match `row` any more.
pub(crate) async fn end(
    row: &Query<UploadRow, Narrowed>,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<Option<UploadRow>> {
    let Some(upload) = row.clone().first(&mut *tx).await? else {
        return Ok(None);
    };
    // A query may see an older state of the row than a deletion.
    if row.clone().delete(&mut *tx).await? == 0 {
        return Ok(None);
    }
    // Since a backup from which the database was restored, the upload may have become a movie. If the database may have been
    // restored since the upload was opened, its published bytes are like any others without a row. A lower number of the
    // store hides that a database was restored.
    let state = MaintenanceRow::get(&mut *tx, ONLY).await?;
    let doubted_at = state.accepted_at.max(state.repaired_at);
    let is_due = state.restored_at.is_none()
        && doubted_at.is_none_or(|doubted_at| upload.created_at > doubted_at);
    // A clock that is behind must not end the grace before it has begun.
    mark(&upload.movie_path, now.max(upload.created_at), is_due, tx).await?;
    Ok(Some(upload))
}

/// Ends one upload in a transaction of its own, and removes its bytes, staged or published. Returns whether it was there.
pub(crate) async fn end_upload(service: &Service, row: Query<UploadRow, Narrowed>) -> Result<bool> {
    let now = service.now();
    let ended = service.write(async |tx| end(&row, now, tx).await).await?;
    match ended {
        Some(upload) => remove_bytes(service, &upload).await.map(|()| true),
        None => Ok(false),
    }
}

/// Removes what an upload has left, staged or published, after its row was deleted by [`end`].
pub(crate) async fn remove_bytes(service: &Service, upload: &UploadRow) -> Result<()> {
    let Some(key) = BlobKey::parse(&upload.movie_path) else {
        return Ok(());
    };
    service.staging.remove(&key).await?;
    remove_given_up(service, &key).await.map(drop)
}

/// Removes bytes that were published for an upload after it had ended, unless a movie or an upload owns them.
pub(crate) async fn remove_if_unowned(service: &Service, key: &BlobKey) -> Result<()> {
    let now = service.now();
    service
        .write(async |tx| {
            // Uploads first: a key moves from there to the movies.
            let upload = UploadRow::filter(UploadRow::MOVIE_PATH.eq(key.as_str()));
            let movie = MovieRow::filter(MovieRow::MOVIE_PATH.eq(key.as_str()));
            if upload.exists(&mut *tx).await? || movie.exists(&mut *tx).await? {
                return Ok(());
            }
            let state = MaintenanceRow::get(&mut *tx, ONLY).await?;
            mark(key.as_str(), now, state.restored_at.is_none(), tx).await
        })
        .await?;
    remove_given_up(service, key).await.map(drop)
}

/// Marks bytes in the transaction that gives them up.
async fn mark(key: &str, now: Timestamp, is_due: bool, tx: &mut Transaction) -> Result<()> {
    let mark = NewOrphanRow {
        object_key: key.to_owned(),
        found_at: now,
        sha256: None,
        is_due,
    };
    OrphanRow::insert(mark).or_ignore().exec(tx).await?;
    Ok(())
}

/// Removes bytes and their mark, if they are marked as given up. Returns whether they were.
pub(crate) async fn remove_given_up(service: &Service, key: &BlobKey) -> Result<bool> {
    let mark = OrphanRow::filter(OrphanRow::OBJECT_KEY.eq(key.as_str()));
    let mark = mark.filter(OrphanRow::IS_DUE.eq(true));
    if !mark.clone().exists(&service.db).await? {
        return Ok(false);
    }
    service.blobs.erase(key).await?;
    service.delete(&mark).await?;
    Ok(true)
}
