//! What administrators may do, as a handle.

use std::fmt;

use crate::sessions::handle::Session;

/// The capability to do what an administrator may do; made only by [`Session::admin`].
///
/// Every change checks again, in the same transaction, that the session is valid and its user is an
/// administrator. Reading relies on the check when the handle was made.
///
/// A session alone cannot upload:
///
/// ```compile_fail
/// async fn upload(session: youku_core::Session, movie: youku_core::NewMovie) {
///     session.upload(movie).await;
/// }
/// ```
///
/// and a handle cannot be constructed by hand:
///
/// ```compile_fail
/// fn promote(session: youku_core::Session) -> youku_core::Admin {
///     youku_core::Admin { session }
/// }
/// ```
#[derive(Clone)]
pub struct Admin {
    session: Session,
}

impl Admin {
    pub(crate) fn new(session: Session) -> Self {
        Self { session }
    }

    /// The session behind it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin")
            .field("session", &self.session)
            .finish()
    }
}
