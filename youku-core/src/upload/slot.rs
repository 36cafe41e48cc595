//! What the handles of one upload share, so that a newcomer can take its place.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{self, watch};
use youku_orm::{Id, Model, Transaction};

use super::UploadId;
use super::ticket::Ticket;
use crate::model::{UploadRow, UserRow};
use crate::service::Service;
use crate::storage::{BlobKey, Mark, StagedFile};
use crate::{Error, Result, Session, Youku};

/// An upload as one handle has it, found by newcomers of the same process.
pub(super) struct Slot {
    youku: Youku,
    id: UploadId,
    user: Id<UserRow>,
    row: Id<UploadRow>,
    pub(super) key: BlobKey,
    /// Handles with a lower one have lost the upload.
    pub(super) lease: u64,
    /// The announced size, in bytes.
    pub(super) size: u64,
    /// Empty when the handle lost the upload, to a newcomer or to a disk that failed.
    live: sync::Mutex<Option<Live>>,
    wanted: watch::Sender<bool>,
    /// Set when the handle is gone.
    abandoned: AtomicBool,
}

/// An upload that bytes can come to.
pub(super) struct Live {
    pub(super) file: StagedFile,
    /// How far the file is on the disk and in the database.
    pub(super) acknowledged: Mark,
    /// Whether what came after that counts only together with what is still to come.
    pub(super) whole_only: bool,
}

/// The uploads that are open in this process.
#[derive(Debug, Default)]
pub(crate) struct OpenUploads(Mutex<HashMap<UploadId, Weak<Slot>>>);

impl OpenUploads {
    pub(super) fn add(&self, slot: &Arc<Slot>) {
        let mut open = self.open();
        open.retain(|_, slot| slot.strong_count() > 0);
        let other = open.get(&slot.id).and_then(Weak::upgrade);
        // Of two who resume at once the one that has the upload may be here first.
        if other.is_none_or(|other| other.lease < slot.lease) {
            open.insert(slot.id.clone(), Arc::downgrade(slot));
        }
    }

    pub(super) fn find(&self, id: &UploadId) -> Option<Arc<Slot>> {
        self.open().get(id)?.upgrade()
    }

    /// Waits until no upload of `user` that lost its handle is being saved: from then on its row
    /// says how far it is.
    pub(super) async fn settled(&self, user: Id<UserRow>) {
        let slots: Vec<_> = self.open().values().filter_map(Weak::upgrade).collect();
        let of_user = slots.into_iter().filter(|slot| slot.user == user);
        for slot in of_user.filter(|slot| slot.is_abandoned()) {
            slot.give_way().await;
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<UploadId, Weak<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    pub(super) fn new(
        youku: &Youku,
        row: &UploadRow,
        (id, key): (UploadId, BlobKey),
        live: Option<Live>,
    ) -> Arc<Self> {
        let slot = Arc::new(Self {
            youku: youku.clone(),
            id,
            user: row.user_id,
            row: row.up_id,
            key,
            lease: row.lease,
            size: row.movie_size,
            live: sync::Mutex::new(live),
            wanted: watch::Sender::new(false),
            abandoned: AtomicBool::new(false),
        });
        youku.0.open_uploads.add(&slot);
        slot
    }

    /// The upload, for its handle; waits as long as a newcomer saves what there is.
    pub(super) async fn live(&self) -> sync::MutexGuard<'_, Option<Live>> {
        self.live.lock().await
    }

    /// Completes when a newcomer wants the upload.
    pub(super) async fn wanted_elsewhere(&self) {
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = self.wanted.subscribe().wait_for(|wanted| *wanted).await;
    }

    /// Says that nobody has the handle any more.
    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// Takes the upload away from its handle and keeps every byte that may be kept.
    pub(super) async fn give_way(&self) {
        self.wanted.send_replace(true);
        // Others who want it wait until this is done.
        let mut slot = self.live.lock().await;
        let Some(mut live) = slot.take() else {
            return;
        };
        if let Err(error) = self.finish_earlier(&mut live).await {
            tracing::warn!(?error, "bytes of an upload that came last may not be kept");
            // The database may know of more than this one does: whoever resumes cuts to what it says.
            if live.file.is_broken() {
                self.cut_back(live).await;
            }
        }
    }

    /// Takes the upload away from its handle, with whatever came last.
    pub(super) async fn take(&self) -> Option<Live> {
        self.wanted.send_replace(true);
        self.live.lock().await.take()
    }

    /// Settles what an interrupted chunk left: keeps its bytes, or forgets them when they count
    /// only as a whole.
    pub(super) async fn finish_earlier(&self, live: &mut Live) -> Result<()> {
        if live.whole_only {
            live.file.rewind(&live.acknowledged).await?;
            live.whole_only = false;
            return Ok(());
        }
        self.acknowledge(live, None).await
    }

    /// Puts what came on the disk and then into the database. With a session it is checked by the
    /// same transaction that the session is still an administrator's.
    pub(super) async fn acknowledge(
        &self,
        live: &mut Live,
        session: Option<&Session>,
    ) -> Result<()> {
        if live.file.received() == live.acknowledged.offset && session.is_none() {
            return Ok(());
        }
        let mark = live.file.sync().await?;
        // Its digest, if it has one, was found right. The database may take it without saying so.
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

    /// Tells an upload that somebody took over from one that ended; `gone` is for the latter.
    pub(super) async fn why_gone(&self, gone: Error) -> Error {
        match UploadRow::find(&self.service().db, self.row).await {
            Ok(Some(row)) if row.lease > self.lease => Error::taken_over(),
            _ => gone,
        }
    }

    /// Ends an upload whose disk failed: cuts the file back to what was acknowledged, with another
    /// descriptor than the one that failed, or drops the upload when nobody knows what is on the
    /// disk.
    pub(super) async fn cut_back(&self, live: Live) {
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

    /// Removes the row, unless somebody else has the upload now. Says whether it was there.
    pub(super) async fn drop_row(&self) -> Result<bool> {
        let row = UploadRow::filter(UploadRow::UP_ID.eq(self.row));
        let row = row.filter(UploadRow::LEASE.eq(self.lease));
        let remove = async |tx: &mut Transaction| Ok(row.clone().delete(tx).await? == 1);
        self.service().write(remove).await
    }

    /// The right to publish the upload, as long as nobody else has it.
    pub(super) fn ticket(&self, session: &Session) -> Ticket {
        Ticket::outliving(session, self.key.clone(), self.row, self.lease)
    }

    fn service(&self) -> &Service {
        &self.youku.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use crate::testing::SeededRandomness;

    fn row(lease: u64) -> UploadRow {
        UploadRow {
            up_id: Id::new(1),
            upload_id: None,
            user_id: Id::new(1),
            movie_name: "a".to_owned(),
            movie_size: 3,
            kind: Kind::Free,
            sha256: None,
            movie_md5: None,
            movie_path: String::new(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            expires_at: jiff::Timestamp::UNIX_EPOCH,
            lease,
            received: 0,
            prefix_sha256: None,
            hash_state: None,
        }
    }

    #[tokio::test]
    async fn newest_handle_is_found_in_whatever_order_they_come() {
        let builder = Youku::builder().database("sqlite::memory:");
        let youku = builder.movies("memory:///").open().await.unwrap();
        let random = SeededRandomness::new(1);
        let id = UploadId::generate(&random).unwrap();
        let key = BlobKey::generate(&random).unwrap();
        let open = |lease| Slot::new(&youku, &row(lease), (id.clone(), key.clone()), None);
        let found = || youku.0.open_uploads.find(&id).map(|slot| slot.lease);
        let (second, first) = (open(2), open(1));
        assert_eq!(found(), Some(2));
        let third = open(3);
        assert_eq!(found(), Some(3));
        drop((first, second, third));
        assert_eq!(found(), None);
        let _again = open(1);
        assert_eq!(found(), Some(1));
    }
}
