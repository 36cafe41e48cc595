//! The public id of an upload.

use std::fmt;
use std::str::FromStr;

use crate::basics::error::{Error, Result};
use crate::basics::rule::require_hex;
use crate::host::randomness::{Randomness, random_hex};

/// The id of a resumable upload: 32 lower-case hexadecimal characters.
///
/// It is random and never used again, but it is not a secret: only the user who opened the upload
/// can use it.
///
/// ```
/// use youku_core::UploadId;
///
/// let id: UploadId = "00112233445566778899aabbccddeeff".parse()?;
/// assert_eq!(id.to_string(), "00112233445566778899aabbccddeeff");
/// assert_eq!("x".parse::<UploadId>().unwrap_err().field(), Some("upload_id"));
/// # Ok::<(), youku_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UploadId(String);

impl UploadId {
    pub(crate) fn generate(randomness: &dyn Randomness) -> Result<Self> {
        random_hex::<16>(randomness).map(Self)
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UploadId {
    type Err = Error;

    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::Code::BadRequest) on `upload_id` for anything but 32 hexadecimal
    /// characters, in upper or lower case.
    fn from_str(text: &str) -> Result<Self> {
        require_hex("upload_id", text, 32).map(Self)
    }
}
