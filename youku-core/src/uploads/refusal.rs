//! The errors of uploads.

use crate::basics::code::Code;
use crate::basics::error::Error;

impl Error {
    pub(crate) fn upload_gone() -> Self {
        let text = "the upload has expired or ended; start a new one";
        Self::new(Code::UploadGone, text)
    }

    /// The reader ended or failed before all bytes came.
    pub(crate) fn cut_off() -> Self {
        Self::new(Code::Interrupted, "the upload stopped before its end")
    }

    /// The error of every call after one that failed or was cancelled midway.
    pub(crate) fn broken_off() -> Self {
        let text = "the upload was cut off in between; start a new one";
        Self::new(Code::Interrupted, text)
    }

    pub(crate) fn taken_over() -> Self {
        let text = "the upload goes on elsewhere; resume it to go on here";
        Self::new(Code::Interrupted, text)
    }

    pub(crate) fn offset_mismatch(offset: u64) -> Self {
        let text = format!("the next chunk of the upload must begin at byte {offset}");
        Self::new(Code::OffsetMismatch, text).with_offset(offset)
    }

    pub(crate) fn more_than_announced(size: u64) -> Self {
        let text = format!("there are more than the announced {size} bytes");
        Self::new(Code::TooLarge, text)
    }

    pub(crate) fn fewer_than_announced(received: u64, size: u64) -> Self {
        let text = format!("only {received} of {size} bytes arrived");
        Self::new(Code::Interrupted, text).with_offset(received)
    }

    pub(crate) fn checksum_mismatch(what: &str) -> Self {
        let text = format!("the SHA-256 of the {what} is not the announced one");
        Self::new(Code::ChecksumMismatch, text)
    }
}
