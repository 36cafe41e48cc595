//! The resumable uploads whose handles are in this process, so that a new handle can take one over.
//!
//! Who may write: of all handles of an upload, in any process, the one whose lease equals that of the
//! row. A new handle increments the row's lease. If the older handle is in the same process, the new
//! one first takes the upload from it and saves all of its bytes. If it is in another process, it
//! finds out when it writes (its staged file has been renamed) or acknowledges (the row has a higher
//! lease). Either way acknowledged bytes are never lost, and no two handles write the same file.
//!
//! The map has weak references: it neither keeps an upload open nor decides who has it.

pub(crate) mod progress;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{self, watch};
use youku_orm::Id;

use crate::records::accounts::user::UserRow;
use crate::records::movies::upload::UploadRow;
use crate::service::open_uploads::progress::Reported;
use crate::service::upload_id::UploadId;
use crate::service::youku::Youku;
use crate::storage::key::BlobKey;
use crate::storage::staging::checkpoint::Checkpoint;
use crate::storage::staging::staged_file::StagedFile;

/// An upload as one handle has it, where new handles of the same process find it.
pub(crate) struct UploadEntry {
    pub(crate) youku: Youku,
    id: UploadId,
    pub(crate) user: Id<UserRow>,
    pub(crate) row: Id<UploadRow>,
    pub(crate) key: BlobKey,
    /// Handles with a lower lease have lost the upload.
    pub(crate) lease: u64,
    /// The announced size, in bytes.
    pub(crate) size: u64,
    /// Who watches the upload reads here how many bytes have arrived.
    pub(crate) reported: Reported,
    /// Empty when the handle has lost the upload, to a new handle or to a disk failure. A handle
    /// holds this lock while it writes or acknowledges, and a new handle takes the value out under
    /// the same lock, so it never sees a chunk half recorded.
    pub(crate) writable: sync::Mutex<Option<WritableUpload>>,
    /// Set by a new handle before it waits for `writable`, so that a chunk that is being read stops
    /// and releases the lock.
    pub(crate) take_over: watch::Sender<bool>,
    /// Set when the handle has been dropped.
    abandoned: AtomicBool,
}

/// An upload that can receive bytes.
pub(crate) struct WritableUpload {
    pub(crate) file: StagedFile,
    /// Up to where the file is synced to the disk and recorded in the database, in this order: what
    /// the row says has arrived is on the disk, whenever the program or the machine stops.
    pub(crate) acknowledged: Checkpoint,
    /// Whether the bytes after that count only together with the bytes that are still to come.
    pub(crate) whole_only: bool,
    /// Whether it keeps its space as long as it lives, because bytes have arrived.
    pub(crate) is_reserved: bool,
}

/// The uploads that are open in this process.
#[derive(Debug, Default)]
pub(crate) struct OpenUploads(Mutex<HashMap<UploadId, Weak<UploadEntry>>>);

impl OpenUploads {
    pub(crate) fn add(&self, entry: &Arc<UploadEntry>) {
        let mut entries = self.entries();
        entries.retain(|_, entry| entry.strong_count() > 0);
        let other = entries.get(&entry.id).and_then(Weak::upgrade);
        // When two handles resume at once, the one that has the upload may be registered first.
        if other.is_none_or(|other| other.lease < entry.lease) {
            entries.insert(entry.id.clone(), Arc::downgrade(entry));
        }
    }

    pub(crate) fn find(&self, id: &UploadId) -> Option<Arc<UploadEntry>> {
        self.entries().get(id)?.upgrade()
    }

    /// The uploads of `user` whose handle has been dropped.
    pub(crate) fn abandoned(&self, user: Id<UserRow>) -> Vec<Arc<UploadEntry>> {
        let entries = self.entries();
        let alive = entries.values().filter_map(Weak::upgrade);
        alive
            .filter(|entry| entry.user == user && entry.is_abandoned())
            .collect()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<UploadId, Weak<UploadEntry>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UploadEntry {
    pub(crate) fn new(
        youku: &Youku,
        row: &UploadRow,
        (id, key): (UploadId, BlobKey),
        writable: Option<WritableUpload>,
    ) -> Arc<Self> {
        let reported = youku.0.uploads_in_progress.report(&id, row.received);
        let entry = Arc::new(Self {
            youku: youku.clone(),
            reported,
            id,
            user: row.user_id,
            row: row.up_id,
            key,
            lease: row.lease,
            size: row.movie_size,
            writable: sync::Mutex::new(writable),
            take_over: watch::Sender::new(false),
            abandoned: AtomicBool::new(false),
        });
        youku.0.open_uploads.add(&entry);
        entry
    }

    /// The upload, for its handle; waits while a new handle saves the bytes that have arrived.
    pub(crate) async fn writable(&self) -> sync::MutexGuard<'_, Option<WritableUpload>> {
        self.writable.lock().await
    }

    /// Completes when a new handle wants the upload.
    pub(crate) async fn take_over_requested(&self) {
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = self
            .take_over
            .subscribe()
            .wait_for(|take_over| *take_over)
            .await;
    }

    /// Marks the handle as dropped.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// Takes the upload away from its handle, with the bytes that came last.
    pub(crate) async fn take_writable(&self) -> Option<WritableUpload> {
        self.take_over.send_replace(true);
        self.writable.lock().await.take()
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
            owner: None,
            reserved_until: None,
            lease,
            received: 0,
            prefix_sha256: None,
            hash_state: None,
        }
    }

    #[tokio::test]
    async fn newest_handle_is_found_whatever_the_order_of_registration() {
        let builder = Youku::builder().database("sqlite::memory:");
        let youku = builder.movies("memory:///").open().await.unwrap();
        let random = SeededRandomness::new(1);
        let id = UploadId::generate(&random).unwrap();
        let key = BlobKey::generate(&random).unwrap();
        let open = |lease| UploadEntry::new(&youku, &row(lease), (id.clone(), key.clone()), None);
        let found = || youku.0.open_uploads.find(&id).map(|entry| entry.lease);
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
