//! The row that owns the bytes of an upload until they are a movie.

use tokio::runtime::Handle;
use youku_orm::{Id, Model, Narrowed, Query, Transaction};

use crate::basics::error::{Error, Result};
use crate::records::movies::upload::UploadRow;
use crate::sessions::handle::Session;
use crate::storage::key::BlobKey;

/// The right to publish under one key. Its row is removed when it is dropped, unless it was used
/// up or [kept](Self::keep).
pub(crate) struct Ticket {
    pub(super) session: Session,
    pub(super) key: BlobKey,
    row: Id<UploadRow>,
    /// What the row of an upload that can be resumed must have; a newcomer has counted it up.
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

    /// The right to publish an upload that can be resumed: its row stays when this is dropped.
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

    /// Whether the upload goes on when its handle is gone.
    pub(super) fn outlives(&self) -> bool {
        self.lease.is_some()
    }

    /// Drops the row inside the transaction that lists the movie.
    ///
    /// # Errors
    ///
    /// `upload_gone` when the row is not there: it expired and was swept, and whoever removed it
    /// removes the bytes too; or a newcomer has the upload, or has listed the movie.
    pub(super) async fn use_up(&self, tx: &mut Transaction) -> Result<()> {
        if self.row().delete(tx).await? == 1 {
            Ok(())
        } else {
            Err(Error::upload_gone())
        }
    }

    /// Leaves the row as it is, because the movie owns its bytes now, or because nobody knows.
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

    /// Removes the row now, unless a newcomer has it.
    pub(super) async fn give_back(mut self) -> Result<()> {
        self.armed = false;
        remove(&self.session, self.row()).await
    }

    /// Removes the row now, or says in the log that it stays.
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
        // ends drops the task at once, so the task owns nothing whose drop starts another one.
        if let Ok(runtime) = Handle::try_current() {
            let (session, row) = (self.session.clone(), self.row());
            runtime.spawn(async move { remove_or_warn(&session, row).await });
        }
    }
}
