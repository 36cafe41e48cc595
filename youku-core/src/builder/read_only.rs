//! Opening a service in order to look at it.

use std::sync::Arc;

use crate::basics::error::Result;
use crate::builder::parts::Parts;
use crate::builder::{Builder, needed};
use crate::credentials::hasher::Hasher;
use crate::records::schema;
use crate::records::schema::Migrate;
use crate::service::store_identity;
use crate::service::youku::Youku;
use crate::storage::blobs::Blobs;

impl Builder {
    /// Opens the service to look at it: [`Youku::verify`], [`hidden_movies`](Youku::hidden_movies),
    /// [`sweep_plan`](Youku::sweep_plan), [`statistics`](Youku::statistics) and
    /// [`health`](Youku::health). Neither opening nor these calls create or change anything, in the
    /// database or in the store; what would change something is refused. A store that does not exist is
    /// empty.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open) with [`Migrate::CheckOnly`];
    /// [`Code::BadRequest`](crate::Code::BadRequest) on `database` also if it does not exist.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn open_read_only(mut self) -> Result<Youku> {
        self.policy.check()?;
        let source = needed(self.database.take())?;
        let (location, staging) = self.locate()?;
        let hasher = Hasher::new(self.policy.password_cost, &*self.randomness)?;
        source.require_file()?;
        let blobs = Blobs::find(location).await?;
        let owns_database = source.is_own();
        let db = source.connect(self.table_prefix.as_deref()).await?;
        schema::prepare(&db, Migrate::CheckOnly).await?;
        let identity = store_identity::examine(&db, &blobs).await?;
        let staging = staging.find(identity.as_deref()).await?;
        let parts = Parts {
            db,
            owns_database,
            is_read_only: true,
            blobs,
            staging,
            hasher,
            // No user logs in.
            login_key: String::new(),
        };
        Ok(Youku(Arc::new(self.service(parts))))
    }
}
