//! The errors of uploads.

use crate::basics::code::Code;
use crate::basics::error::Error;

impl Error {
    pub(crate) fn upload_gone() -> Self {
        let text = "the upload has ended or expired; start a new one";
        Self::new(Code::UploadGone, text)
    }

    /// The reader ended or failed before all bytes came.
    pub(crate) fn interrupted() -> Self {
        Self::new(
            Code::Interrupted,
            "the upload was interrupted before all bytes arrived",
        )
    }

    /// The error of every call after one that failed or was cancelled midway.
    pub(crate) fn aborted() -> Self {
        let text = "an earlier call of this upload failed or was cancelled; start a new upload";
        Self::new(Code::Interrupted, text)
    }

    pub(crate) fn taken_over() -> Self {
        let text = "another connection has taken over the upload; resume it to continue here";
        Self::new(Code::Interrupted, text)
    }

    pub(crate) fn offset_mismatch(offset: u64) -> Self {
        let text = format!("the next chunk of the upload must begin at byte {offset}");
        Self::new(Code::OffsetMismatch, text).with_offset(offset)
    }

    pub(crate) fn more_than_announced(size: u64) -> Self {
        let text = format!("the upload has more bytes than the {size} that were announced");
        Self::new(Code::TooLarge, text)
    }

    pub(crate) fn fewer_than_announced(received: u64, size: u64) -> Self {
        let text = format!("only {received} of {size} bytes arrived");
        Self::new(Code::Interrupted, text).with_offset(received)
    }

    pub(crate) fn checksum_mismatch(what: &str) -> Self {
        let text = format!("the SHA-256 of the {what} does not match the announced one");
        Self::new(Code::ChecksumMismatch, text)
    }
}
