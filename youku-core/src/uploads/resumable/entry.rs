//! What a handle of a resumable upload does with it: save bytes, acknowledge them, release it to a
//! new handle.
//!
//! The order that makes an acknowledgement true: the file is synced, then the row records the offset
//! together with the hash of the bytes before it, then the caller is told. A crash in between leaves
//! more bytes in the file than the row records, and the handle that resumes truncates them.

use jiff::Timestamp;
use youku_orm::{Id, Model, Narrowed, Query, Transaction};

use crate::basics::error::{Error, Result};
use crate::host::clock::after;
use crate::movies::quota;
use crate::records::accounts::user::UserRow;
use crate::records::movies::upload::UploadRow;
use crate::service::given_up;
use crate::service::open_uploads::{OpenUploads, UploadEntry, WritableUpload};
use crate::service::shared::Service;
use crate::sessions::handle::Session;
use crate::storage::staging::checkpoint::Checkpoint;
use crate::uploads::free_space;
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
        let has_more = checkpoint.offset > writable.acknowledged.offset;
        self.service()
            .write(async |tx| self.record(&checkpoint, has_more, session, tx).await)
            .await?;
        writable.acknowledged = checkpoint;
        writable.is_reserved |= has_more;
        Ok(())
    }

    /// Records what has arrived. Only new bytes renew the upload and keep its space.
    async fn record(
        &self,
        checkpoint: &Checkpoint,
        has_more: bool,
        session: Option<&Session>,
        tx: &mut Transaction,
    ) -> Result<()> {
        let now = self.service().now();
        if let Some(session) = session {
            session.authorize_admin(&mut *tx, now).await?;
        }
        let mut row = self
            .leased()
            .filter(UploadRow::EXPIRES_AT.gt(now))
            .set(UploadRow::RECEIVED, checkpoint.offset)
            .set(UploadRow::PREFIX_SHA256, checkpoint.sha256())
            .set(UploadRow::HASH_STATE, checkpoint.state());
        if has_more {
            row = row
                .set(UploadRow::EXPIRES_AT, self.expiry())
                .set(UploadRow::RESERVED_UNTIL, None);
        }
        if row.update(&mut *tx).await? == 1 {
            return Ok(());
        }
        let row = UploadRow::find(tx, self.row).await?;
        match row.filter(|row| row.expires_at > now) {
            Some(_) => Err(Error::taken_over()),
            None => Err(Error::upload_gone()),
        }
    }

    /// Reserves the space of an upload whose first byte has just arrived, until that byte is acknowledged. It checks quota and
    /// disk again if the reservation has ended.
    pub(crate) async fn reserve(&self) -> Result<()> {
        let (service, now) = (self.service(), self.service().now());
        // Only this handle changes it.
        let is_lost = self.has_lost_its_space(now).await?;
        if is_lost {
            free_space::require_space(self.size, now, service).await?;
        }
        let until = after(now, service.policy.first_byte_reservation());
        let reserved = service
            .write(async |tx| {
                if is_lost {
                    quota::queue(self.user, &service.policy, &mut *tx).await?;
                    quota::require_quota(self.user, self.size, &service.policy, now, &mut *tx)
                        .await?;
                }
                let row = self.leased().filter(UploadRow::EXPIRES_AT.gt(now));
                Ok(row.set(UploadRow::RESERVED_UNTIL, until).update(tx).await?)
            })
            .await?;
        self.require_row(reserved).await
    }

    /// Fails if the space of an upload without bytes is not reserved any more and there is no room for it now. Reserves
    /// nothing: no byte has arrived.
    pub(crate) async fn require_room(&self) -> Result<()> {
        let (service, now) = (self.service(), self.service().now());
        if !self.has_lost_its_space(now).await? {
            return Ok(());
        }
        free_space::require_space(self.size, now, service).await?;
        let checked = service.write(async |tx| {
            quota::require_quota(self.user, self.size, &service.policy, now, tx).await
        });
        checked.await
    }

    /// Whether no byte has arrived in the time for which the space was reserved.
    ///
    /// # Errors
    ///
    /// `upload_gone` or `interrupted` when the row does not exist or another handle has it.
    async fn has_lost_its_space(&self, now: Timestamp) -> Result<bool> {
        match self.leased().first(&self.service().db).await? {
            Some(row) => Ok(row.reserved_until.is_some_and(|until| until <= now)),
            None => Err(self.why_gone(Error::upload_gone()).await),
        }
    }

    /// Renews the upload while the bytes of a chunk arrive that are not acknowledged yet.
    ///
    /// # Errors
    ///
    /// `upload_gone` when it was aborted or has expired and was swept; `interrupted` when another handle has it.
    pub(crate) async fn renew(&self) -> Result<()> {
        let until = self.expiry();
        let renewed = async |tx: &mut Transaction| {
            let row = self.leased().set(UploadRow::EXPIRES_AT, until);
            Ok(row.set(UploadRow::RESERVED_UNTIL, None).update(tx).await?)
        };
        let renewed = self.service().write(renewed).await?;
        self.require_row(renewed).await
    }

    /// Fails if an update has found no row.
    async fn require_row(&self, updated: u64) -> Result<()> {
        if updated == 0 {
            return Err(self.why_gone(Error::upload_gone()).await);
        }
        Ok(())
    }

    /// Until when the upload lives if it receives a byte now.
    pub(crate) fn expiry(&self) -> Timestamp {
        let service = self.service();
        after(service.now(), service.policy.upload_lifetime)
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
            if let Err(error) = self.end().await {
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

    /// Ends the upload without a movie, unless another handle has it now: removes its row and its bytes, which an earlier
    /// attempt to finish it may have published.
    pub(crate) async fn end(&self) -> Result<()> {
        given_up::end_upload(self.service(), self.leased())
            .await
            .map(drop)
    }

    /// The row, unless another handle has the upload.
    fn leased(&self) -> Query<UploadRow, Narrowed> {
        let row = UploadRow::filter(UploadRow::UP_ID.eq(self.row));
        row.filter(UploadRow::LEASE.eq(self.lease))
    }

    /// The right to publish the upload, as long as no other handle has it.
    pub(crate) fn row_guard(&self, session: &Session) -> RowGuard {
        RowGuard::of_resumable(session, self.key.clone(), self.row, self.lease)
    }

    pub(crate) fn service(&self) -> &Service {
        &self.youku.0
    }
}
