//! The service itself, as a handle.

use std::fmt;
use std::sync::Arc;

use crate::basics::error::Result;
use crate::host::policy::Policy;
use crate::service::shared::Service;

/// A movie service: one database and one store of movies.
///
/// It is cheap to clone. Its clones and all handles made from it share one connection pool. Several
/// programs may open the same database and movies at the same time. Nothing runs in the background
/// except the completion of operations that have begun.
#[derive(Clone)]
pub struct Youku(pub(crate) Arc<Service>);

impl Youku {
    /// The rules this service was opened with.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Ends [`maintenance`](Self::maintenance) and closes the connections to the database.
    /// Operations that other handles begin after that fail. A database that the [host has
    /// opened](crate::Builder::existing_database) is left open, and handles keep working.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable) when the database cannot be notified; no
    /// data is lost by that.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, some connections may stay open until the last handle is gone.
    pub async fn close(self) -> Result<()> {
        self.0.closed.send_replace(true);
        if self.0.owns_database {
            self.0.db.clone().close().await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Youku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Youku")
            .field("database", &self.0.db)
            .finish_non_exhaustive()
    }
}
