//! Resuming uploads, and reading their progress.

use jiff::Timestamp;
use youku_orm::{Model, Narrowed, Query, Transaction};

use crate::basics::error::{Error, Result};
use crate::records::movies::upload::UploadRow;
use crate::service::given_up;
use crate::service::open_uploads::WritableUpload;
use crate::service::upload_id::UploadId;
use crate::sessions::admin::Admin;
use crate::storage::key::BlobKey;
use crate::storage::staging::resume_point::ResumePoint;
use crate::uploads::resumable::handle::{ResumableUpload, UploadStatus};

impl Admin {
    /// Resumes an upload where it stopped. An older handle of the upload loses it; the bytes that
    /// arrived at that handle are kept.
    ///
    /// Every handle in the same process gives way before this returns. A handle in another process
    /// finds out with its next bytes, and bytes that it has not acknowledged by then are not kept.
    /// Staged bytes are on the disk of one machine: servers that resume each other's uploads must
    /// share the folder of [`Builder::staging`](crate::Builder::staging).
    ///
    /// # Errors
    ///
    /// - [`Code::UploadGone`](crate::Code::UploadGone): this user has no such upload (it ended, has
    ///   expired, never existed, or belongs to another user), it ends with its handle, or its bytes
    ///   are not on this machine.
    /// - [`Code::Interrupted`](crate::Code::Interrupted): another call resumes it at the same
    ///   moment.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::NoSpace`](crate::Code::NoSpace), [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the older handle may have lost the upload; it can be resumed
    /// again.
    pub async fn resume_upload(&self, id: &UploadId) -> Result<ResumableUpload> {
        let service = self.session().service();
        // These checks come before the upload is taken away from another handle.
        self.session().admin().await?;
        self.find_upload(id).await?.require_resumable()?;
        if let Some(entry) = service.open_uploads.find(id) {
            entry.save_and_release().await;
        }
        let row = service.write(async |tx| self.lease(id, tx).await).await?;
        let key = BlobKey::parse(&row.movie_path).ok_or_else(Error::upload_gone)?;
        let point = ResumePoint {
            offset: row.received,
            sha256: row.prefix_sha256.clone(),
            state: row.hash_state.clone(),
        };
        let staged = service.staging.take_over(&key, row.lease, point).await?;
        let writable = match staged {
            Some((file, acknowledged)) => Some(WritableUpload {
                file,
                acknowledged,
                whole_only: false,
                is_reserved: row.reserved_until.is_none(),
            }),
            // A finish that was interrupted may have put the bytes into the store.
            None if row.received == row.movie_size
                && service.blobs.size(&key).await? == Some(row.movie_size) =>
            {
                None
            }
            None => return Err(Error::upload_gone()),
        };
        let names = (id.clone(), key);
        Ok(ResumableUpload::new(self.session(), names, row, writable))
    }

    /// The progress of an upload of this user, including the bytes of handles that were dropped
    /// before this call.
    ///
    /// # Errors
    ///
    /// - [`Code::UploadGone`](crate::Code::UploadGone): this user has no such upload.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn upload_status(&self, id: &UploadId) -> Result<UploadStatus> {
        self.wait_until_saved().await;
        status(self.find_upload(id).await?).ok_or_else(Error::upload_gone)
    }

    /// The uploads of this user, in the order in which they were opened: those that can be resumed,
    /// and those that end with their handle, whichever program has it. Their progress includes the
    /// bytes of handles that were dropped before this call.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable),
    /// [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn uploads(&self) -> Result<Vec<UploadStatus>> {
        self.wait_until_saved().await;
        let service = self.session().service();
        let rows = self
            .own_uploads()
            .filter(UploadRow::UPLOAD_ID.is_not_null());
        let rows = rows.filter(UploadRow::EXPIRES_AT.gt(service.now()));
        let rows = rows.order_by(UploadRow::UP_ID.asc()).all(&service.db);
        Ok(rows.await?.into_iter().filter_map(status).collect())
    }

    /// Ends an upload of this user without a movie, even if a handle of it is open, here or in
    /// another program; the handle finds out with its next sign of life or when it finishes. Succeeds if the
    /// upload does not exist.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the upload may or may not have ended; the sweep removes bytes that
    /// are left.
    pub async fn abort_upload(&self, id: &UploadId) -> Result<()> {
        let service = self.session().service();
        let ended = service
            .write(async |tx| {
                let now = service.now();
                self.session().authorize_admin(&mut *tx, now).await?;
                given_up::end(&self.named(id), now, tx).await
            })
            .await?;
        let Some(row) = ended else {
            return Ok(());
        };
        if let Some(entry) = service.open_uploads.find(id)
            && let Some(writable) = entry.take_writable().await
        {
            writable.file.into_path().remove();
        }
        given_up::remove_bytes(service, &row).await
    }

    /// Increments the lease: from then on no older handle can acknowledge bytes.
    async fn lease(&self, id: &UploadId, tx: &mut Transaction) -> Result<UploadRow> {
        let now = self.session().service().now();
        self.session().authorize_admin(&mut *tx, now).await?;
        let leased = self
            .named_at(id, now)
            .filter(UploadRow::OWNER.is_null())
            .set(UploadRow::LEASE, UploadRow::LEASE + 1);
        // An update sees the newest row, while a query sees the row as the transaction first saw it
        // (MySQL manual, "Consistent Nonlocking Reads"). So only the update shows that the upload
        // has ended.
        if leased.update(&mut *tx).await? == 0 {
            return Err(Error::upload_gone());
        }
        let row = self.named_at(id, now).first(tx).await?;
        row.ok_or_else(Error::upload_gone)
    }

    /// Waits until the uploads of this user whose handles were dropped are saved. A row that is
    /// read earlier may be out of date.
    async fn wait_until_saved(&self) {
        let open = &self.session().service().open_uploads;
        open.wait_until_saved(self.session().user_id().key()).await;
    }

    pub(in crate::uploads) async fn find_upload(&self, id: &UploadId) -> Result<UploadRow> {
        let service = self.session().service();
        let row = self.named_at(id, service.now()).first(&service.db).await?;
        row.ok_or_else(Error::upload_gone)
    }

    fn named(&self, id: &UploadId) -> Query<UploadRow, Narrowed> {
        self.own_uploads()
            .filter(UploadRow::UPLOAD_ID.eq(id.as_str()))
    }

    /// The same unless it has expired by `now`.
    fn named_at(&self, id: &UploadId, now: Timestamp) -> Query<UploadRow, Narrowed> {
        self.named(id).filter(UploadRow::EXPIRES_AT.gt(now))
    }

    fn own_uploads(&self) -> Query<UploadRow, Narrowed> {
        UploadRow::filter(UploadRow::USER_ID.eq(self.session().user_id().key()))
    }
}

impl UploadRow {
    /// # Errors
    ///
    /// `upload_gone` for an upload that ends with its handle.
    fn require_resumable(self) -> Result<Self> {
        if self.owner.is_some() {
            return Err(Error::upload_gone());
        }
        Ok(self)
    }
}

/// Nothing for an upload of a program of the first schema that ends with its handle: it has no id.
fn status(row: UploadRow) -> Option<UploadStatus> {
    Some(UploadStatus {
        id: row.upload_id?.parse().ok()?,
        name: row.movie_name,
        size: row.movie_size,
        kind: row.kind,
        sha256: row.sha256,
        offset: row.received,
        is_resumable: row.owner.is_none(),
        expires_at: row.expires_at,
    })
}
