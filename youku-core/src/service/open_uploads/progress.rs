//! How far the uploads of this process are, for whoever watches them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;

use crate::service::upload_id::UploadId;

/// What the handles of one upload report to. All of them in this process share it.
pub(crate) type Reported = Arc<watch::Sender<u64>>;

/// The uploads whose handles are in this process. The map has weak references, so that it keeps no upload in memory.
#[derive(Debug, Default)]
pub(crate) struct UploadsInProgress(Mutex<HashMap<UploadId, Weak<watch::Sender<u64>>>>);

impl UploadsInProgress {
    /// For a handle of the upload, of which `received` bytes have arrived.
    pub(crate) fn report(&self, id: &UploadId, received: u64) -> Reported {
        let mut uploads = self.uploads();
        uploads.retain(|_, upload| upload.strong_count() > 0);
        if let Some(reported) = uploads.get(id).and_then(Weak::upgrade) {
            reported.send_replace(received);
            return reported;
        }
        let reported = Arc::new(watch::Sender::new(received));
        uploads.insert(id.clone(), Arc::downgrade(&reported));
        reported
    }

    /// What the handles of an upload report, if there is one in this process.
    pub(crate) fn find(&self, id: &UploadId) -> Option<Reported> {
        self.uploads().get(id)?.upgrade()
    }

    fn uploads(&self) -> MutexGuard<'_, HashMap<UploadId, Weak<watch::Sender<u64>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
