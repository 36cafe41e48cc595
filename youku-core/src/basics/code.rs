//! Stable names for what can go wrong, made for programs rather than for people.

use std::fmt;

/// What kind of failure an [`Error`](crate::Error) is.
///
/// A code never changes its meaning or its spelling, so a protocol may send
/// [`as_str`](Self::as_str) to clients and clients may decide by it. New codes can be added.
///
/// ```
/// use youku_core::Code;
///
/// assert_eq!(Code::SessionReplaced.as_str(), "session_replaced");
/// assert_eq!(Code::NotFound.to_string(), "not_found");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// A value breaks a rule; [`Error::field`](crate::Error::field) names it.
    BadRequest,
    /// No valid session has this token, or the user name and password do not match.
    Unauthenticated,
    /// A newer log-in of the same user replaced this session.
    SessionReplaced,
    /// The session is valid, but its user may not do this; or an invite is not valid.
    Forbidden,
    /// The account is locked: for a while after failed log-ins, or by an administrator.
    Locked,
    /// The movie or user does not exist.
    NotFound,
    /// A user of that name, or a movie with the same bytes, already exists.
    Exists,
    /// The movie is larger than the policy allows, or than was announced.
    TooLarge,
    /// The user has as many movies, or bytes of them, as the policy allows.
    QuotaExceeded,
    /// The disk is full, or would be.
    NoSpace,
    /// The upload has expired, was finished or aborted before, or belongs to another user.
    UploadGone,
    /// A chunk does not begin at the current offset of the upload;
    /// [`Error::offset`](crate::Error::offset) says what that offset is.
    OffsetMismatch,
    /// The bytes that arrived are not those that were announced.
    ChecksumMismatch,
    /// The host's [check](crate::UploadCheck) refused the upload, for the reason in the text.
    UploadRefused,
    /// Bytes are missing: a transfer stopped before its end, or another handle took it over.
    Interrupted,
    /// The payment provider declined the charge.
    PaymentDeclined,
    /// The price is higher than the caller named; [`Error::price`](crate::Error::price) says what it
    /// is. Nothing was charged.
    PriceChanged,
    /// The movie now has other bytes than those that the caller wants to continue.
    Changed,
    /// Too many of the same kind at once; [`Error::retry_after`](crate::Error::retry_after) says
    /// when to try again.
    RateLimited,
    /// The database, the movie store or the payment provider cannot be reached right now.
    Unavailable,
    /// Something is broken on this side; the cause is in the log.
    Internal,
}

impl Code {
    /// The code as clients know it: lower case, words joined by `_`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthenticated => "unauthenticated",
            Self::SessionReplaced => "session_replaced",
            Self::Forbidden => "forbidden",
            Self::Locked => "locked",
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
            Self::PaymentDeclined => "payment_declined",
            Self::PriceChanged => "price_changed",
            Self::Changed => "changed",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
