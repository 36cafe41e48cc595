//! The digest that a certificate is known by.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER_PERMISSIVE;
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};

use crate::wire::tls::TlsError;

/// SHA-256 of a certificate in DER, as `openssl x509 -fingerprint -sha256` and browsers show it: 32
/// pairs of hexadecimal digits with colons between them.
///
/// ```
/// # fn main() -> Result<(), youku_server::TlsError> {
/// let text = "a9:".repeat(31) + "a9";
/// let fingerprint: youku_server::Fingerprint = text.parse()?;
/// assert_eq!(fingerprint, "A9".repeat(32).parse()?); // in any case, without colons
/// assert_eq!(fingerprint.to_string(), text.to_uppercase());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Self {
        Self(Sha256::digest(certificate).into())
    }
}

impl FromStr for Fingerprint {
    type Err = TlsError;

    fn from_str(text: &str) -> Result<Self, TlsError> {
        let digits: String = text
            .chars()
            .filter(|character| !matches!(character, ':' | ' '))
            .collect();
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| TlsError::NoFingerprint(text.chars().take(100).collect()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index > 0 { ":" } else { "" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
