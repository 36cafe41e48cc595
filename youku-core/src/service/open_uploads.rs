//! The uploads that are open in this process, so that a newcomer can take the place of a handle.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{self, MutexGuard, watch};
use youku_orm::Id;

use crate::records::movies::upload::UploadRow;
use crate::service::youku::Youku;
use crate::storage::key::BlobKey;
use crate::storage::staging::checkpoint::Mark;
use crate::storage::staging::staged_file::StagedFile;

/// An upload as one handle has it, found by newcomers of the same process.
pub(crate) struct Slot {
    pub(crate) youku: Youku,
    pub(crate) row: Id<UploadRow>,
    pub(crate) key: BlobKey,
    /// Handles with a lower one have lost the upload.
    pub(crate) lease: u64,
    /// The announced size, in bytes.
    pub(crate) size: u64,
    /// Empty when the handle lost the upload, to a newcomer or to a disk that failed.
    pub(crate) live: sync::Mutex<Option<Live>>,
    pub(crate) wanted: watch::Sender<bool>,
    /// Set when the handle is gone.
    abandoned: AtomicBool,
}

/// An upload that bytes can come to.
pub(crate) struct Live {
    pub(crate) file: StagedFile,
    /// How far the file is on the disk and in the database.
    pub(crate) acknowledged: Mark,
    /// Whether what came after that counts only together with what is still to come.
    pub(crate) whole_only: bool,
}

/// The uploads that are open in this process.
#[derive(Debug, Default)]
pub(crate) struct OpenUploads(Mutex<HashMap<Id<UploadRow>, Weak<Slot>>>);

impl OpenUploads {
    pub(crate) fn add(&self, slot: &Arc<Slot>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, slot| slot.strong_count() > 0);
        let other = open.get(&slot.row).and_then(Weak::upgrade);
        // Of two who resume at once the one that has the upload may be here first.
        if other.is_none_or(|other| other.lease < slot.lease) {
            open.insert(slot.row, Arc::downgrade(slot));
        }
    }

    pub(crate) fn find(&self, row: Id<UploadRow>) -> Option<Arc<Slot>> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&row)?.upgrade()
    }
}

impl Slot {
    pub(crate) fn new(
        youku: &Youku,
        row: &UploadRow,
        key: BlobKey,
        live: Option<Live>,
    ) -> Arc<Self> {
        let slot = Arc::new(Self {
            youku: youku.clone(),
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
    pub(crate) async fn live(&self) -> MutexGuard<'_, Option<Live>> {
        self.live.lock().await
    }

    /// Completes when a newcomer wants the upload.
    pub(crate) async fn wanted_elsewhere(&self) {
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = self.wanted.subscribe().wait_for(|wanted| *wanted).await;
    }

    /// Says that nobody has the handle any more.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// Takes the upload away from its handle, with whatever came last.
    pub(crate) async fn take(&self) -> Option<Live> {
        self.wanted.send_replace(true);
        self.live.lock().await.take()
    }
}
