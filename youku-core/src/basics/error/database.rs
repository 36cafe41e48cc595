//! What errors of the mapper mean for the service.

use crate::basics::code::Code;
use crate::basics::error::Error;

impl From<youku_orm::Error> for Error {
    fn from(source: youku_orm::Error) -> Self {
        let later = source.is_unavailable() || source.is_retryable();
        if later {
            Self::new(Code::Unavailable, "the database cannot be reached").with_source(source)
        } else {
            Self::internal(source)
        }
    }
}

/// Whether a transaction that ended with this error is run again.
impl youku_orm::MaybeRetryable for Error {
    fn is_retryable(&self) -> bool {
        let source = self.0.source.as_deref();
        let cause = source.and_then(|source| source.downcast_ref::<youku_orm::Error>());
        self.0.lost_race || cause.is_some_and(youku_orm::Error::is_retryable)
    }
}
