//! What the handles of one upload do with it: keep bytes, acknowledge them, give way to a new
//! handle.

use youku_orm::{Id, Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::records::accounts::user::UserRow;
use crate::records::movies::upload::UploadRow;
use crate::service::open_uploads::{Live, OpenUploads, Slot};
use crate::service::shared::Service;
use crate::sessions::handle::Session;
use crate::storage::staging::checkpoint::Mark;
use crate::uploads::ticket::Ticket;

impl OpenUploads {
    /// Waits until no upload of `user` whose handle was dropped is being saved. From then on its
    /// row has its progress.
    pub(crate) async fn settled(&self, user: Id<UserRow>) {
        for slot in self.abandoned(user) {
            slot.give_way().await;
        }
    }
}

impl Slot {
    /// Takes the upload away from its handle and keeps every byte that may be kept.
    pub(crate) async fn give_way(&self) {
        self.wanted.send_replace(true);
        // Other tasks that want the upload wait until this is done.
        let mut slot = self.live.lock().await;
        let Some(mut live) = slot.take() else {
            return;
        };
        if let Err(error) = self.finish_earlier(&mut live).await {
            tracing::warn!(?error, "bytes of an upload that came last may not be kept");
            // The database may have recorded more than this handle knows. The handle that resumes
            // truncates the file to the recorded offset.
            if live.file.is_broken() {
                self.cut_back(live).await;
            }
        }
    }

    /// Settles what an interrupted chunk left: keeps its bytes, or discards them if they count only
    /// as a whole.
    pub(crate) async fn finish_earlier(&self, live: &mut Live) -> Result<()> {
        if live.whole_only {
            live.file.rewind(&live.acknowledged).await?;
            live.whole_only = false;
            return Ok(());
        }
        self.acknowledge(live, None).await
    }

    /// Syncs the bytes that arrived to the disk, and then records them in the database. If a
    /// session is given, the same transaction checks that it still belongs to an administrator.
    pub(crate) async fn acknowledge(
        &self,
        live: &mut Live,
        session: Option<&Session>,
    ) -> Result<()> {
        if live.file.received() == live.acknowledged.offset && session.is_none() {
            return Ok(());
        }
        let mark = live.file.sync().await?;
        // The digest of the chunk, if it has one, was correct. The commit may succeed although its
        // reply is lost.
        live.whole_only = false;
        self.service()
            .write(async |tx| self.record(&mark, session, tx).await)
            .await?;
        live.acknowledged = mark;
        Ok(())
    }

    async fn record(
        &self,
        mark: &Mark,
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
            .set(UploadRow::RECEIVED, mark.offset)
            .set(UploadRow::PREFIX_SHA256, mark.sha256())
            .set(UploadRow::HASH_STATE, mark.state())
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
    pub(crate) async fn cut_back(&self, live: Live) {
        let (lost, offset) = (live.file.is_lost(), live.acknowledged.offset);
        let path = live.file.into_path();
        let done = match lost {
            false => path.cut(offset).await,
            true => {
                path.remove();
                self.drop_row().await.map(drop)
            }
        };
        if let Err(error) = done {
            tracing::warn!(?error, "a broken upload is not cleaned up");
        }
    }

    /// Removes the row, unless another handle has the upload now. Returns whether the row was
    /// there.
    pub(crate) async fn drop_row(&self) -> Result<bool> {
        let row = UploadRow::filter(UploadRow::UP_ID.eq(self.row));
        let row = row.filter(UploadRow::LEASE.eq(self.lease));
        let remove = async |tx: &mut Transaction| Ok(row.clone().delete(tx).await? == 1);
        self.service().write(remove).await
    }

    /// The right to publish the upload, as long as no other handle has it.
    pub(crate) fn ticket(&self, session: &Session) -> Ticket {
        Ticket::outliving(session, self.key.clone(), self.row, self.lease)
    }

    fn service(&self) -> &Service {
        &self.youku.0
    }
}
