//! What a name looks like: names with the same skeleton (UTS 39) cannot be told apart.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use unicode_security::confusable_detection::skeleton;

use crate::basics::text;

/// The version of Unicode by which skeletons are made.
pub(crate) fn unicode_version() -> String {
    let (major, minor, update) = unicode_security::UNICODE_VERSION;
    format!("{major}.{minor}.{update}")
}

/// The SHA-256 of the skeleton of `shown`, in hexadecimal. It is a digest, so that the name of a
/// deleted user can stay reserved without being known.
///
/// Names are compared without case, so what is folded counts (UTS 39, section 4).
pub(crate) fn looks(shown: &str) -> String {
    let folded = text::fold(shown);
    let looks: String = skeleton(&folded).collect();
    HEXLOWER.encode(&Sha256::digest(looks.as_bytes()))
}
