//! The errors of a client's calls.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::{Code, ConnectionError, FrameError, TlsError};

/// Why a call of [`Client`](crate::Client) failed.
///
/// Its [`Display`](fmt::Display) can be shown to a person. For a refusal that is the server's own
/// text, in the language the client chose.
#[derive(Debug)]
pub struct ClientError(Box<ErrorKind>);

#[derive(Debug)]
enum ErrorKind {
    Refused(Refused),
    Connection(ConnectionError),
    Tls(TlsError),
    Silent(Duration),
    Reply(String),
    Checksum,
    File(String, io::Error),
}

/// A refusal of the server.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) code: Code,
    pub(super) text: String,
    pub(super) field: Option<String>,
    pub(super) retry_after: Option<u64>,
    pub(super) offset: Option<u64>,
    pub(super) request_id: Option<String>,
    pub(super) price_fen: Option<u64>,
}

impl ClientError {
    /// The code of the server's refusal; `None` when the call failed for another reason.
    pub fn code(&self) -> Option<Code> {
        self.refusal().map(|refused| refused.code)
    }

    /// The field of the request that the server refused, in the spelling of the wire.
    pub fn field(&self) -> Option<&str> {
        self.refusal()?.field.as_deref()
    }

    /// How long to wait before retrying the call, if the server said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal()?.retry_after.map(Duration::from_secs)
    }

    /// With `offset_mismatch`: how many bytes of an upload the server has.
    pub fn offset(&self) -> Option<u64> {
        self.refusal()?.offset
    }

    /// The name of the request that was refused, which is also in the log of the server.
    pub fn request_id(&self) -> Option<&str> {
        self.refusal()?.request_id.as_deref()
    }

    /// With `price_changed`: what the user would have to pay now, in fen.
    pub fn price_fen(&self) -> Option<u64> {
        self.refusal()?.price_fen
    }

    fn refusal(&self) -> Option<&Refused> {
        match &*self.0 {
            ErrorKind::Refused(refused) => Some(refused),
            _ => None,
        }
    }

    /// Whether connecting failed or the connection was lost: the same call may succeed later.
    pub fn is_connection_lost(&self) -> bool {
        matches!(
            *self.0,
            ErrorKind::Connection(_) | ErrorKind::Tls(_) | ErrorKind::Silent(_)
        )
    }

    /// Whether the reply of the server is invalid: the server has a fault, or it does not speak this
    /// protocol. The same call gets the same answer again.
    pub fn is_bad_reply(&self) -> bool {
        matches!(*self.0, ErrorKind::Reply(_))
    }

    /// Whether the bytes of a download are not those that the server announced.
    pub fn is_checksum_mismatch(&self) -> bool {
        matches!(*self.0, ErrorKind::Checksum)
    }

    /// The failure of a local file, if that was the cause.
    pub fn as_file_error(&self) -> Option<&io::Error> {
        match &*self.0 {
            ErrorKind::File(_, error) => Some(error),
            _ => None,
        }
    }

    pub(super) fn refused(refused: Refused) -> Self {
        Self(Box::new(ErrorKind::Refused(refused)))
    }

    pub(crate) fn transport(error: io::Error) -> Self {
        ConnectionError::Io(error).into()
    }

    pub(super) fn tls(error: TlsError) -> Self {
        Self(Box::new(ErrorKind::Tls(error)))
    }

    pub(super) fn closed() -> Self {
        ConnectionError::Closed.into()
    }

    pub(super) fn silent(time: Duration) -> Self {
        Self(Box::new(ErrorKind::Silent(time)))
    }

    pub(super) fn from_frame(error: FrameError) -> Self {
        Self(Box::new(ErrorKind::Connection(error.into())))
    }

    pub(super) fn reply(error: impl fmt::Display) -> Self {
        Self(Box::new(ErrorKind::Reply(error.to_string())))
    }

    pub(super) fn checksum() -> Self {
        Self(Box::new(ErrorKind::Checksum))
    }

    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Self(Box::new(ErrorKind::File(path.display().to_string(), error)))
    }
}

impl From<ConnectionError> for ClientError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::Frame(error) => Self::reply(error),
            error => Self(Box::new(ErrorKind::Connection(error))),
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ErrorKind::Refused(Refused { code, text, .. }) if text.is_empty() => {
                write!(f, "refused: `{code}`")
            }
            ErrorKind::Refused(refused) => f.write_str(&refused.text),
            ErrorKind::Connection(ConnectionError::Closed) => {
                f.write_str("the server closed the connection")
            }
            ErrorKind::Connection(error) => error.fmt(f),
            ErrorKind::Tls(error) => error.fmt(f),
            ErrorKind::Silent(time) => write!(
                f,
                "the server did not answer within `{}` seconds",
                time.as_secs()
            ),
            ErrorKind::Reply(cause) => write!(f, "the server's reply is invalid: {cause}"),
            ErrorKind::Checksum => f.write_str(
                "the downloaded bytes do not match the movie's SHA-256; download it again",
            ),
            ErrorKind::File(path, error) => write!(f, "file `{path}`: {error}"),
        }
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            ErrorKind::Connection(error) => Some(error),
            ErrorKind::Tls(error) => Some(error),
            ErrorKind::File(_, error) => Some(error),
            _ => None,
        }
    }
}
