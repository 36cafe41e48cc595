//! A self-signed certificate, for testing.

use rcgen::{CertificateParams, DnType, KeyPair};

use crate::wire::tls::TlsError;

/// A new key (ECDSA on P-256) and a certificate that it has signed itself.
///
/// Only a client that pins its [`Fingerprint`](crate::wire::tls::Fingerprint) or names it as an authority
/// trusts it. It does not expire.
#[derive(Clone)]
pub struct SelfSigned {
    /// The certificate in PEM format.
    pub certificate: String,
    /// The private key in PEM format (PKCS #8).
    pub key: String,
}

impl SelfSigned {
    /// A certificate for these host names and IP addresses.
    ///
    /// # Errors
    ///
    /// [`TlsError::NotMade`]: a name is not a valid host name, or the system has no randomness.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Result<Self, TlsError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let made = || -> Result<_, rcgen::Error> {
            let mut parameters = CertificateParams::new(names)?;
            parameters
                .distinguished_name
                .push(DnType::CommonName, "Youku server, self-signed");
            let key = KeyPair::generate()?;
            Ok((parameters.self_signed(&key)?.pem(), key.serialize_pem()))
        };
        let (certificate, key) = made().map_err(|error| TlsError::NotMade(error.into()))?;
        Ok(Self { certificate, key })
    }
}

/// Does not show the key.
impl std::fmt::Debug for SelfSigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SelfSigned")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}
