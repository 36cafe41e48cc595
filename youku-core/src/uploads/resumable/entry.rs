//! What a handle of a resumable upload does with it: save bytes, acknowledge them, release it to a
//! new handle.
//!
//! The order that makes an acknowledgement true: the file is synced, then the row records the offset
//! together with the hash of the bytes before it, then the caller is told. A crash in between leaves
//! more bytes in the file than the row records, and the handle that resumes truncates them.

use youku_orm::{Id, Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::records::accounts::user::UserRow;
use crate::records::movies::upload::UploadRow;
use crate::service::open_uploads::{OpenUploads, UploadEntry, WritableUpload};
use crate::service::shared::Service;
use crate::sessions::handle::Session;
use crate::storage::staging::checkpoint::Checkpoint;
use crate::uploads::row_guard::RowGuard;

impl OpenUploads {
    /// Waits until no upload of `user` whose handle was dropped is being saved. From then on its
    /// row has its progress.
    pub(crate) async fn wait_until_saved(&self, user: Id<UserRow>) {
        for entry in self.abandoned(user) {
            entry.save_and_release().await;
        }
    }
}

impl UploadEntry {
    /// Takes the upload away from its handle and saves every byte that may be kept. When this
    /// returns, the row has the progress of the handle, and the handle cannot write any more.
    pub(crate) async fn save_and_release(&self) {
        self.take_over.send_replace(true);
        // Other tasks that want the upload wait until this is done.
        let mut guard = self.writable.lock().await;
        let Some(mut writable) = guard.take() else {
            return;
        };
        if let Err(error) = self.finish_previous_chunk(&mut writable).await {
            tracing::warn!(
                upload = %self.row,
                ?error,
                "cannot save the last bytes of an interrupted upload; it resumes at the offset in its row"
            );
            // The database may have recorded more than this handle knows. The handle that resumes
            // truncates the file to the recorded offset.
            if writable.file.is_broken() {
                self.recover_from_disk_failure(writable).await;
            }
        }
    }

    /// Finishes what an interrupted or cancelled chunk left: saves its bytes, or discards them if
    /// they count only as a whole. Every use of the upload begins with it, so the state that a
    /// dropped future leaves behind needs no other repair.
    pub(crate) async fn finish_previous_chunk(&self, writable: &mut WritableUpload) -> Result<()> {
        if writable.whole_only {
            writable.file.rewind(&writable.acknowledged).await?;
            writable.whole_only = false;
            return Ok(());
        }
        self.acknowledge(writable, None).await
    }

    /// Syncs the bytes that arrived to the disk, and then records them in the database. If a
    /// session is given, the same transaction checks that it still belongs to an administrator.
    pub(crate) async fn acknowledge(
        &self,
        writable: &mut WritableUpload,
        session: Option<&Session>,
    ) -> Result<()> {
        if writable.file.received() == writable.acknowledged.offset && session.is_none() {
            return Ok(());
        }
        let checkpoint = writable.file.sync().await?;
        // The digest of the chunk, if it has one, was correct. The commit may succeed although its
        // reply is lost.
        writable.whole_only = false;
        self.service()
            .write(async |tx| self.record(&checkpoint, session, tx).await)
            .await?;
        writable.acknowledged = checkpoint;
        Ok(())
    }

    async fn record(
        &self,
        checkpoint: &Checkpoint,
        session: Option<&Session>,
        tx: &mut Transaction,
    ) -> Result<()> {
        let now = self.service().now();
        if let Some(session) = session {
            session.authorize_admin(&mut *tx, now).await?;
        }
        let recorded = UploadRow::filter(UploadRow::UP_ID.eq(self.row))
            .filter(UploadRow::LEASE.eq(self.lease))
            .filter(UploadRow::EXPIRES_AT.gt(now))
            .set(UploadRow::RECEIVED, checkpoint.offset)
            .set(UploadRow::PREFIX_SHA256, checkpoint.sha256())
            .set(UploadRow::HASH_STATE, checkpoint.state())
            .update(&mut *tx)
            .await?;
        if recorded == 1 {
            return Ok(());
        }
        let row = UploadRow::find(tx, self.row).await?;
        match row.filter(|row| row.expires_at > now) {
            Some(_) => Err(Error::taken_over()),
            None => Err(Error::upload_gone()),
        }
    }

    /// Distinguishes an upload that another handle took over from one that ended; `gone` is the
    /// error for the latter.
    pub(crate) async fn why_gone(&self, gone: Error) -> Error {
        match UploadRow::find(&self.service().db, self.row).await {
            Ok(Some(row)) if row.lease > self.lease => Error::taken_over(),
            _ => gone,
        }
    }

    /// Ends an upload whose disk failed: truncates the file to the acknowledged bytes, through
    /// another descriptor than the one that failed, or drops the upload when what is on the disk is
    /// unknown.
    pub(crate) async fn recover_from_disk_failure(&self, writable: WritableUpload) {
        let (is_lost, offset) = (writable.file.is_lost(), writable.acknowledged.offset);
        let path = writable.file.into_path();
        if is_lost {
            path.remove();
            if let Err(error) = self.drop_row().await {
                tracing::warn!(
                    upload = %self.row,
                    ?error,
                    "cannot delete the row of an upload whose file could not be synced; \
                     the sweep deletes it after it has expired"
                );
            }
        } else if let Err(error) = path.truncate(offset).await {
            tracing::warn!(
                upload = %self.row,
                offset,
                ?error,
                "cannot truncate the file of an upload to the acknowledged bytes after a failed \
                 write; the handle that resumes it does so"
            );
        }
    }

    /// Removes the row, unless another handle has the upload now. Returns whether the row was
    /// there.
    pub(crate) async fn drop_row(&self) -> Result<bool> {
        let row = UploadRow::filter(UploadRow::UP_ID.eq(self.row));
        let row = row.filter(UploadRow::LEASE.eq(self.lease));
        Ok(self.service().delete(&row).await? == 1)
    }

    /// The right to publish the upload, as long as no other handle has it.
    pub(crate) fn row_guard(&self, session: &Session) -> RowGuard {
        RowGuard::of_resumable(session, self.key.clone(), self.row, self.lease)
    }

    fn service(&self) -> &Service {
        &self.youku.0
    }
}
