//! The service, made of the settings of a builder and of what opening has found.

use tokio::sync::watch;
use youku_orm::Database;

use crate::builder::Builder;
use crate::credentials::hasher::Hasher;
use crate::service::charges_in_flight::ChargesInFlight;
use crate::service::download_permits::DownloadPermits;
use crate::service::metrics;
use crate::service::open_uploads::OpenUploads;
use crate::service::open_uploads::progress::UploadsInProgress;
use crate::service::password_costs::PasswordCosts;
use crate::service::shared::Service;
use crate::service::store_generation::StoreGeneration;
use crate::storage::blobs::Blobs;
use crate::storage::staging::area::Staging;

/// What opening makes for a service.
pub(super) struct Parts {
    pub(super) db: Database,
    pub(super) owns_database: bool,
    pub(super) is_read_only: bool,
    pub(super) blobs: Blobs,
    pub(super) staging: Staging,
    pub(super) hasher: Hasher,
    /// See [`PasswordCosts`].
    pub(super) login_key: String,
}

impl Builder {
    pub(super) fn service(self, parts: Parts) -> Service {
        metrics::describe();
        Service {
            db: metrics::timed(&parts.db),
            owns_database: parts.owns_database,
            is_read_only: parts.is_read_only,
            closed: watch::Sender::new(false),
            blobs: parts.blobs,
            staging: parts.staging,
            generation: StoreGeneration::default(),
            open_uploads: OpenUploads::default(),
            uploads_in_progress: UploadsInProgress::default(),
            policy: self.policy,
            clock: self.clock,
            randomness: self.randomness,
            hasher: parts.hasher,
            password_costs: PasswordCosts::new(parts.login_key),
            download_permits: DownloadPermits::default(),
            payments: self.payments,
            upload_check: self.upload_check,
            charges_in_flight: ChargesInFlight::default(),
        }
    }
}
