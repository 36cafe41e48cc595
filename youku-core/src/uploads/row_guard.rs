//! The row that owns the bytes of an upload until they become a movie.
//!
//! The invariants that make a crash harmless:
//!
//! - A key is random and belongs to one upload. Its row is committed before its first byte is written
//!   to a staged file, and the object is written after the staged file is complete.
//! - The bytes of a key become those of a movie only in a transaction that deletes the upload's row
//!   ([`RowGuard::use_up`]) and writes the key into the movie's row.
//!
//! So if neither an upload nor a movie names a key, no bytes under it can become a movie any more,
//! whether they were written before or after the row was deleted, unless the database was restored from
//! an older backup. So the sweep marks them, and removes them after a grace. It reads the uploads before
//! the movies, because a key moves in that direction.

use std::pin::pin;

use tokio::runtime::Handle;
use youku_orm::{Id, Model, Narrowed, Query, Transaction};

use crate::basics::error::{Error, Result};
use crate::records::movies::upload::UploadRow;
use crate::service::given_up::end_upload;
use crate::service::shared::Service;
use crate::sessions::handle::Session;
use crate::storage::key::BlobKey;
use crate::uploads::heartbeat::Heartbeat;

/// The row of an upload, and with it the right to publish under its key. Dropping the guard deletes
/// the row, unless the row was used up or [kept](Self::keep), or the upload is resumable.
pub(crate) struct RowGuard {
    pub(super) session: Session,
    pub(super) key: BlobKey,
    row: Id<UploadRow>,
    /// The lease that the row of a resumable upload must have; a new handle increments it.
    lease: Option<u64>,
    /// Whether dropping the guard deletes the row.
    armed: bool,
}

impl RowGuard {
    pub(super) fn new(session: Session, key: BlobKey, row: Id<UploadRow>) -> Self {
        Self {
            session,
            key,
            row,
            lease: None,
            armed: true,
        }
    }

    /// The right to publish a resumable upload: its row stays when this is dropped.
    pub(super) fn of_resumable(
        session: &Session,
        key: BlobKey,
        row: Id<UploadRow>,
        lease: u64,
    ) -> Self {
        let mut row_guard = Self::new(session.clone(), key, row);
        (row_guard.lease, row_guard.armed) = (Some(lease), false);
        row_guard
    }

    /// Whether the upload continues to exist without its handle.
    pub(super) fn is_resumable(&self) -> bool {
        self.lease.is_some()
    }

    /// Deletes the row inside the transaction that lists the movie. Only one transaction can delete
    /// it, so of two handles, or of a handle and the sweep, at most one decides about the bytes.
    ///
    /// # Errors
    ///
    /// `upload_gone` when the row does not exist: the upload expired and was swept, and the sweep
    /// also removes the bytes; or a new handle has the upload, or has listed the movie.
    pub(super) async fn use_up(&self, tx: &mut Transaction) -> Result<()> {
        if self.row().delete(tx).await? == 1 {
            Ok(())
        } else {
            Err(Error::upload_gone())
        }
    }

    /// Leaves the row as it is: the movie owns its bytes now, or it is unknown whether it does. A
    /// row that stays is removed by the sweep after it has expired.
    pub(super) fn keep(mut self) {
        self.armed = false;
    }

    /// Gives a sign of life, and records how many bytes have arrived if that is known here.
    ///
    /// # Errors
    ///
    /// `upload_gone` when the row does not exist, or a new handle has it.
    pub(super) async fn renew(
        &self,
        heartbeat: &mut Heartbeat,
        received: Option<u64>,
    ) -> Result<()> {
        let service = self.service();
        let until = heartbeat.until(service.now());
        let renewed = service
            .write(async |tx| {
                let mut row = self.row().set(UploadRow::EXPIRES_AT, until);
                if let Some(received) = received {
                    row = row.set(UploadRow::RECEIVED, received);
                }
                Ok(row.update(tx).await?)
            })
            .await;
        heartbeat.given(renewed.is_ok(), service.now());
        if renewed? == 0 {
            return Err(Error::upload_gone());
        }
        Ok(())
    }

    /// Runs `work`, and gives signs of life until it is done. A sign that fails is not missed: the
    /// transaction that lists the movie finds out whether the row is still there.
    pub(super) async fn kept_alive<T>(&self, work: impl Future<Output = T>) -> T {
        let policy = &self.service().policy;
        let lifetime = if self.is_resumable() {
            policy.upload_lifetime
        } else {
            policy.upload_heartbeat
        };
        let mut heartbeat = Heartbeat::new(lifetime, self.service().now());
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = heartbeat.wait(&*self.service().clock) => {
                    if let Err(error) = self.renew(&mut heartbeat, None).await {
                        tracing::debug!(?error, "cannot renew an upload that is being published");
                    }
                }
            }
        }
    }

    pub(super) fn service(&self) -> &Service {
        self.session.service()
    }

    fn row(&self) -> Query<UploadRow, Narrowed> {
        let row = UploadRow::filter(UploadRow::UP_ID.eq(self.row));
        match self.lease {
            Some(lease) => row.filter(UploadRow::LEASE.eq(lease)),
            None => row,
        }
    }

    /// Removes the row now, unless a new handle has the upload.
    pub(super) async fn delete_row(mut self) -> Result<()> {
        self.armed = false;
        self.session.service().delete(&self.row()).await.map(drop)
    }

    /// Ends the upload without a movie, unless a new handle has it: removes its row and its bytes, which an earlier attempt to
    /// finish it may have published. A failure is logged.
    pub(super) async fn end_or_warn(mut self) {
        self.armed = false;
        if let Err(error) = end_upload(self.service(), self.row()).await {
            tracing::warn!(?error, "cannot end an upload; the sweep ends it");
        }
    }

    /// Removes the row now, or logs that it stays.
    pub(super) async fn delete_row_or_warn(mut self) {
        self.armed = false;
        remove_or_warn(&self.session, self.row()).await;
    }
}

async fn remove_or_warn(session: &Session, row: Query<UploadRow, Narrowed>) {
    if let Err(error) = session.service().delete(&row).await {
        tracing::warn!(
            ?error,
            "cannot delete the row of an ended upload; the sweep deletes it"
        );
    }
}

impl Drop for RowGuard {
    fn drop(&mut self) {
        if !self.armed {
            return;
        }
        // Without a runtime, as when a program ends, the row is left to the sweep. A runtime that
        // shuts down drops the task at once, so the task must not own anything whose drop starts
        // another task.
        if let Ok(runtime) = Handle::try_current() {
            let (session, row) = (self.session.clone(), self.row());
            runtime.spawn(async move { remove_or_warn(&session, row).await });
        }
    }
}
