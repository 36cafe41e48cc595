//! The stable codes that every reply carries.

use std::fmt;

use serde::{Serialize, Serializer};

/// The outcome of a request, as a word that does not depend on the language.
///
/// Every reply carries one as `code`. The text in `msg` is for people, and its wording may change.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request was carried out.
    Ok,
    /// The length of a frame is zero, or the frame did not arrive completely in time. The connection is
    /// closed.
    BadFrame,
    /// The length of a frame is negative or over the limit. The connection is closed.
    FrameTooLarge,
    /// The frame holds no strict JSON object.
    BadJson,
    /// A field is missing, given twice, or of the wrong type or value.
    BadRequest,
    /// The request names no operation, or one that this server does not have.
    UnknownType,
    /// The request needs a session and names none or one that has ended; or a log-in failed.
    Unauthenticated,
    /// A newer log-in of the same user replaced the session.
    SessionReplaced,
    /// The session's role may not do this.
    Forbidden,
    /// Too many failed log-ins: the account is locked for `retry_after` seconds.
    Locked,
    /// Too many requests: retry after `retry_after` seconds.
    RateLimited,
    /// What the request names does not exist.
    NotFound,
    /// It already exists.
    Exists,
    /// The movie is larger than the policy allows.
    TooLarge,
    /// The uploader has reached the quota.
    QuotaExceeded,
    /// The server has no disk space left.
    NoSpace,
    /// The upload has expired or was never opened.
    UploadGone,
    /// A chunk does not start where the last one ended.
    OffsetMismatch,
    /// The bytes do not match the announced digest.
    ChecksumMismatch,
    /// The operator's check refused the upload.
    UploadRefused,
    /// The transfer was taken over or interrupted.
    Interrupted,
    /// The wait before a download is not over: retry after `retry_after` seconds.
    WaitRequired,
    /// The charge was declined.
    PaymentDeclined,
    /// The price is higher than the request named: `price` says what it is.
    PriceChanged,
    /// The movie changed since the client last saw it.
    Changed,
    /// The database or the storage does not answer; the same request may succeed later.
    Unavailable,
    /// The server is shutting down.
    ShuttingDown,
    /// The server has a fault; its log has the cause.
    Internal,
}

/// Every code, in the order of the protocol's list.
const ALL: [Code; 28] = [
    Code::Ok,
    Code::BadFrame,
    Code::FrameTooLarge,
    Code::BadJson,
    Code::BadRequest,
    Code::UnknownType,
    Code::Unauthenticated,
    Code::SessionReplaced,
    Code::Forbidden,
    Code::Locked,
    Code::RateLimited,
    Code::NotFound,
    Code::Exists,
    Code::TooLarge,
    Code::QuotaExceeded,
    Code::NoSpace,
    Code::UploadGone,
    Code::OffsetMismatch,
    Code::ChecksumMismatch,
    Code::UploadRefused,
    Code::Interrupted,
    Code::WaitRequired,
    Code::PaymentDeclined,
    Code::PriceChanged,
    Code::Changed,
    Code::Unavailable,
    Code::ShuttingDown,
    Code::Internal,
];

impl Code {
    /// The spelling on the wire: lower case, words joined by `_`.
    ///
    /// ```
    /// assert_eq!(youku_server::Code::FrameTooLarge.as_str(), "frame_too_large");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::BadFrame => "bad_frame",
            Self::FrameTooLarge => "frame_too_large",
            Self::BadJson => "bad_json",
            Self::BadRequest => "bad_request",
            Self::UnknownType => "unknown_type",
            Self::Unauthenticated => "unauthenticated",
            Self::SessionReplaced => "session_replaced",
            Self::Forbidden => "forbidden",
            Self::Locked => "locked",
            Self::RateLimited => "rate_limited",
            Self::NotFound => "not_found",
            Self::Exists => "exists",
            Self::TooLarge => "too_large",
            Self::QuotaExceeded => "quota_exceeded",
            Self::NoSpace => "no_space",
            Self::UploadGone => "upload_gone",
            Self::OffsetMismatch => "offset_mismatch",
            Self::ChecksumMismatch => "checksum_mismatch",
            Self::UploadRefused => "upload_refused",
            Self::Interrupted => "interrupted",
            Self::WaitRequired => "wait_required",
            Self::PaymentDeclined => "payment_declined",
            Self::PriceChanged => "price_changed",
            Self::Changed => "changed",
            Self::Unavailable => "unavailable",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
        }
    }

    /// The code with this spelling; `None` for one that this version does not know.
    ///
    /// ```
    /// use youku_server::Code;
    /// assert_eq!(Code::from_wire("not_found"), Some(Code::NotFound));
    /// assert_eq!(Code::from_wire("NOT_FOUND"), None);
    /// ```
    pub fn from_wire(spelling: &str) -> Option<Self> {
        ALL.into_iter().find(|code| code.as_str() == spelling)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_from_its_spelling() {
        for code in ALL {
            assert_eq!(Code::from_wire(code.as_str()), Some(code));
        }
    }
    /// The protocol description lists every code.
    #[test]
    fn every_code_is_described() {
        let description = include_str!("../../docs/protocol.md");
        for code in ALL {
            let row = format!("\n| `{code}` | ");
            assert!(code == Code::Ok || description.contains(&row), "{code}");
        }
    }
}
