//! What all handles of one service share.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use youku_orm::{Database, Model, Narrowed, Query, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::page::Page;
use crate::credentials::hasher::Hasher;
use crate::host::clock::{Clock, to_microsecond};
use crate::host::payments::Payments;
use crate::host::policy::Policy;
use crate::host::randomness::Randomness;
use crate::host::upload_check::UploadCheck;
use crate::service::charges_in_flight::ChargesInFlight;
use crate::service::download_permits::DownloadPermits;
use crate::service::open_uploads::OpenUploads;
use crate::service::open_uploads::progress::UploadsInProgress;
use crate::service::password_costs::PasswordCosts;
use crate::service::store_generation::StoreGeneration;
use crate::storage::blobs::Blobs;
use crate::storage::staging::area::Staging;

/// The parts of a service.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) db: Database,
    /// Whether the connection pool belongs to the service, and not to its host.
    pub(crate) owns_database: bool,
    /// Whether it was opened only to look at it.
    pub(crate) is_read_only: bool,
    /// Whether the service has been closed.
    pub(crate) closed: watch::Sender<bool>,
    pub(crate) blobs: Blobs,
    pub(crate) staging: Staging,
    pub(crate) generation: StoreGeneration,
    pub(crate) open_uploads: OpenUploads,
    pub(crate) uploads_in_progress: UploadsInProgress,
    pub(crate) policy: Policy,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) hasher: Hasher,
    pub(crate) password_costs: PasswordCosts,
    pub(crate) download_permits: DownloadPermits,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) upload_check: Option<Arc<dyn UploadCheck>>,
    pub(crate) charges_in_flight: ChargesInFlight,
}

impl Service {
    /// The current time, in the precision that a column can hold.
    pub(crate) fn now(&self) -> Timestamp {
        to_microsecond(self.clock.now())
    }

    /// Runs `work` in a transaction, and retries it while it conflicts with others.
    ///
    /// `work` may run several times: it changes nothing but the database, and decides only by what
    /// it reads inside the transaction.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Transaction) -> Result<T> + Clone,
    {
        if self.is_read_only {
            return Err(Error::read_only());
        }
        let attempts = self.policy.transaction_attempts;
        self.db.transaction_retry(attempts, work).await
    }

    /// Deletes rows in a transaction of their own, and returns their number.
    pub(crate) async fn delete<M: Model>(&self, rows: &Query<M, Narrowed>) -> Result<u64> {
        self.write(async |tx| Ok(rows.clone().delete(tx).await?))
            .await
    }

    /// How many rows to ask for: one more than the page gives, for
    /// [`Listing::cut`](crate::Listing::cut).
    pub(crate) fn one_more(&self, page: &Page) -> u64 {
        u64::from(page.limit.min(self.policy.max_page)) + 1
    }
}
