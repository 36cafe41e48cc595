//! The row that owns the bytes of an upload until they become a movie.

use tokio::runtime::Handle;
use youku_orm::{Id, Model, Narrowed, Query, Transaction};

use crate::basics::error::{Error, Result};
use crate::records::movies::upload::UploadRow;
use crate::sessions::handle::Session;
use crate::storage::key::BlobKey;

/// The right to publish under one key. Dropping it removes its row, unless it was used up or
/// [kept](Self::keep).
pub(crate) struct Ticket {
    pub(super) session: Session,
    pub(super) key: BlobKey,
    row: Id<UploadRow>,
    /// The lease that the row of a resumable upload must have; a new handle increments it.
    lease: Option<u64>,
    armed: bool,
}

impl Ticket {
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
    pub(super) fn outliving(
        session: &Session,
        key: BlobKey,
        row: Id<UploadRow>,
        lease: u64,
    ) -> Self {
        let mut ticket = Self::new(session.clone(), key, row);
        (ticket.lease, ticket.armed) = (Some(lease), false);
        ticket
    }

    /// Whether the upload continues to exist without its handle.
    pub(super) fn outlives(&self) -> bool {
        self.lease.is_some()
    }

    /// Drops the row inside the transaction that lists the movie.
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

    /// Leaves the row as it is: the movie owns its bytes now, or it is unknown whether it does.
    pub(super) fn keep(mut self) {
        self.armed = false;
    }

    fn row(&self) -> Query<UploadRow, Narrowed> {
        let row = UploadRow::filter(UploadRow::UP_ID.eq(self.row));
        match self.lease {
            Some(lease) => row.filter(UploadRow::LEASE.eq(lease)),
            None => row,
        }
    }

    /// Removes the row now, unless a new handle has the upload.
    pub(super) async fn give_back(mut self) -> Result<()> {
        self.armed = false;
        remove(&self.session, self.row()).await
    }

    /// Removes the row now, or logs that it stays.
    pub(super) async fn give_back_or_warn(mut self) {
        self.armed = false;
        remove_or_warn(&self.session, self.row()).await;
    }
}

async fn remove(session: &Session, row: Query<UploadRow, Narrowed>) -> Result<()> {
    let remove = async |tx: &mut Transaction| Ok(row.clone().delete(tx).await.map(drop)?);
    session.service().write(remove).await
}

async fn remove_or_warn(session: &Session, row: Query<UploadRow, Narrowed>) {
    if let Err(error) = remove(session, row).await {
        tracing::warn!(?error, "the row of an ended upload stays until the sweep");
    }
}

impl Drop for Ticket {
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
