//! The exit statuses of the program.

use std::io;
use std::process::ExitCode;

use serde_json::json;
use youku_server::{ClientError, Code};

/// The statuses, for `youku help`.
pub(crate) const TABLE: &str = "\
Exit status:
    0  done
    1  other failure: an internal error of the server, or an invalid reply
    2  invalid usage
    3  not logged in, or wrong user name or password
    4  forbidden
    5  not found
    6  already exists
    7  refused: invalid value, no space, payment declined, or a price that was not agreed to
    8  try again later: locked, too many requests, or the server is unavailable or shutting down
    9  no connection to the server
   10  transfer interrupted; run the same command again to resume
   11  the downloaded bytes do not match the movie's SHA-256
   12  a local file cannot be read or written
  130  interrupted by Ctrl-C";

/// An exit status of [`TABLE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NotLoggedIn = 3,
    Forbidden = 4,
    NotFound = 5,
    Exists = 6,
    Refused = 7,
    NotNow = 8,
    NoConnection = 9,
    Interrupted = 10,
    Damaged = 11,
    LocalFile = 12,
    CtrlC = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    code: &'static str,
    message: String,
    retry_after: Option<u64>,
    /// The name of the request in the log of the server, if the server refused it.
    request_id: Option<String>,
    price_fen: Option<u64>,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Status::Usage, "usage", message)
    }

    pub(crate) fn new(status: Status, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
            request_id: None,
            price_fen: None,
        }
    }

    /// A price that the user has not agreed to.
    pub(crate) fn price_changed(message: String, price_fen: u64) -> Self {
        Self {
            price_fen: Some(price_fen),
            ..Self::new(Status::Refused, Code::PriceChanged.as_str(), message)
        }
    }

    /// As an object for programs.
    pub(crate) fn json(&self) -> serde_json::Value {
        json!({
            "code": self.code,
            "message": self.message,
            "retry_after": self.retry_after,
            "request_id": self.request_id,
            "price_fen": self.price_fen,
            "status": self.status as u8,
        })
    }

    /// Writes the failure to the standard error.
    pub(crate) fn report(&self, is_json: bool) {
        if is_json {
            eprintln!("{}", json!({"error": self.json()}));
        } else {
            let shown: String = self.message.chars().filter(|c| !c.is_control()).collect();
            eprintln!("youku: {shown}");
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let (status, code) = match error.code() {
            Some(code) => (status(code), code.as_str()),
            None if error.is_checksum_mismatch() => (Status::Damaged, "checksum_mismatch"),
            None if error.as_file_error().is_some() => (Status::LocalFile, "local_file"),
            None if error.is_bad_reply() => (Status::Failed, "bad_reply"),
            None => (Status::NoConnection, "no_connection"),
        };
        let mut failure = Self::new(status, code, error.to_string());
        failure.price_fen = error.price_fen();
        failure.retry_after = error.retry_after().map(|time| time.as_secs());
        failure.request_id = error.request_id().map(str::to_owned);
        failure
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::Interrupted => Self::new(Status::CtrlC, "ctrl_c", "interrupted"),
            io::ErrorKind::UnexpectedEof => {
                Self::usage("the input ended before an answer was read")
            }
            _ => Self::new(Status::LocalFile, "local_file", error.to_string()),
        }
    }
}

fn status(code: Code) -> Status {
    match code {
        Code::Unauthenticated | Code::SessionReplaced => Status::NotLoggedIn,
        Code::Forbidden => Status::Forbidden,
        Code::NotFound | Code::UploadGone => Status::NotFound,
        Code::Exists => Status::Exists,
        Code::BadRequest
        | Code::TooLarge
        | Code::QuotaExceeded
        | Code::NoSpace
        | Code::PaymentDeclined
        | Code::UploadRefused
        | Code::PriceChanged
        | Code::Changed => Status::Refused,
        Code::Locked
        | Code::RateLimited
        | Code::Unavailable
        | Code::ShuttingDown
        | Code::WaitRequired => Status::NotNow,
        Code::ChecksumMismatch => Status::Damaged,
        Code::Interrupted => Status::Interrupted,
        _ => Status::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_lists_the_same_statuses() {
        let manual = include_str!("../../../docs/youku.md");
        let rows = TABLE.lines().skip(1);
        assert!(rows.clone().count() > 10);
        for row in rows {
            let (number, meaning) = row.trim().split_once("  ").unwrap();
            let line = format!("| {number} | {} |", meaning.trim());
            assert!(manual.contains(&line), "{line}");
        }
    }
}
