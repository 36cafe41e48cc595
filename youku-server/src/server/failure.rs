//! Why an operation can end early.

use std::error::Error as _;

use crate::message::Refusal;
use crate::{Code, ConnectionError, with_causes};

/// The result of an operation that has replied.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why an operation did not complete.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The client gets the refusal, and the connection stays open.
    Refused(Refusal),
    /// The client is gone, or the boundary between frames is lost.
    Lost(ConnectionError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ConnectionError> for Failure {
    fn from(error: ConnectionError) -> Self {
        Self::Lost(error)
    }
}

impl From<youku_core::Error> for Failure {
    fn from(error: youku_core::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// The client gets the service's code, text and field. An error that is not the client's fault is
/// logged with all of its causes, except an internal error: the service has logged that where it occurred.
impl From<youku_core::Error> for Refusal {
    fn from(error: youku_core::Error) -> Self {
        let code = Code::from_wire(error.code().as_str()).unwrap_or(Code::Internal);
        if matches!(code, Code::Unavailable | Code::NoSpace) {
            let cause = error.source().map(with_causes).unwrap_or_default();
            tracing::error!(%code, %error, cause, "a request failed");
        }
        let refusal = Self::new(code)
            .detail(error.to_string())
            .retry_after(error.retry_after())
            .with("movie_id", error.movie().map(youku_core::MovieId::get))
            .with("offset", error.offset())
            .with("price", error.price());
        if code == Code::UploadRefused {
            // The operator's words, in the operator's language.
            return refusal.in_chinese(error.to_string());
        }
        match (error.field(), error.rule()) {
            (Some(field), Some(rule)) => Self::broken(field, rule),
            (Some(field), None) => refusal.for_field(field),
            (None, _) => refusal,
        }
    }
}
