//! The uploads that are open in this process, so that a new handle can take one over.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{self, watch};
use youku_orm::Id;

use crate::records::accounts::user::UserRow;
use crate::records::movies::upload::UploadRow;
use crate::service::upload_id::UploadId;
use crate::service::youku::Youku;
use crate::storage::key::BlobKey;
use crate::storage::staging::checkpoint::Mark;
use crate::storage::staging::staged_file::StagedFile;

/// An upload as one handle has it, where new handles of the same process find it.
pub(crate) struct Slot {
    pub(crate) youku: Youku,
    id: UploadId,
    pub(crate) user: Id<UserRow>,
    pub(crate) row: Id<UploadRow>,
    pub(crate) key: BlobKey,
    /// Handles with a lower lease have lost the upload.
    pub(crate) lease: u64,
    /// The announced size, in bytes.
    pub(crate) size: u64,
    /// Empty when the handle has lost the upload, to a new handle or to a disk failure.
    pub(crate) live: sync::Mutex<Option<Live>>,
    pub(crate) wanted: watch::Sender<bool>,
    /// Set when the handle has been dropped.
    abandoned: AtomicBool,
}

/// An upload that can receive bytes.
pub(crate) struct Live {
    pub(crate) file: StagedFile,
    /// Up to where the file is synced to the disk and recorded in the database.
    pub(crate) acknowledged: Mark,
    /// Whether the bytes after that count only together with the bytes that are still to come.
    pub(crate) whole_only: bool,
}

/// The uploads that are open in this process.
#[derive(Debug, Default)]
pub(crate) struct OpenUploads(Mutex<HashMap<UploadId, Weak<Slot>>>);

impl OpenUploads {
    pub(crate) fn add(&self, slot: &Arc<Slot>) {
        let mut open = self.open();
        open.retain(|_, slot| slot.strong_count() > 0);
        let other = open.get(&slot.id).and_then(Weak::upgrade);
        // When two handles resume at once, the one that has the upload may be registered first.
        if other.is_none_or(|other| other.lease < slot.lease) {
            open.insert(slot.id.clone(), Arc::downgrade(slot));
        }
    }

    pub(crate) fn find(&self, id: &UploadId) -> Option<Arc<Slot>> {
        self.open().get(id)?.upgrade()
    }

    /// The uploads of `user` whose handle has been dropped.
    pub(crate) fn abandoned(&self, user: Id<UserRow>) -> Vec<Arc<Slot>> {
        let open = self.open();
        let slots = open.values().filter_map(Weak::upgrade);
        slots
            .filter(|slot| slot.user == user && slot.is_abandoned())
            .collect()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<UploadId, Weak<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    pub(crate) fn new(
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

    /// The upload, for its handle; waits while a new handle saves the bytes that have arrived.
    pub(crate) async fn live(&self) -> sync::MutexGuard<'_, Option<Live>> {
        self.live.lock().await
    }

    /// Completes when a new handle wants the upload.
    pub(crate) async fn wanted_elsewhere(&self) {
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = self.wanted.subscribe().wait_for(|wanted| *wanted).await;
    }

    /// Marks the handle as dropped.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// Takes the upload away from its handle, with the bytes that came last.
    pub(crate) async fn take(&self) -> Option<Live> {
        self.wanted.send_replace(true);
        self.live.lock().await.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::seeded_randomness::SeededRandomness;
    use crate::records::movies::movie::Kind;

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
