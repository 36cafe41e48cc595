//! What can be wrong with certificates, keys and handshakes.

use std::io;
use std::path::PathBuf;

use rustls::pki_types::pem;

/// Why an encrypted connection could not be made.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of certificates or of a key cannot be read, or is not in the PEM format (RFC 7468).
    #[error("`{}` holds no certificate or key in PEM format that can be read: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// A file holds no certificate.
    #[error("`{}` holds no certificate: it needs one between `-----BEGIN CERTIFICATE-----` and its end", .0.display())]
    NoCertificate(PathBuf),
    /// The certificate and the key cannot be used, or not together.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(#[source] rustls::Error),
    /// The system knows no authority that signs certificates.
    #[error(
        "this system trusts no authority for certificates: name a file of one, or pin the server's certificate"
    )]
    NoAuthorities,
    /// A text is not the fingerprint of a certificate.
    #[error(
        "`{0}` is no fingerprint: give the 64 hexadecimal digits of the certificate's SHA-256, with or without colons"
    )]
    NoFingerprint(String),
    /// A text is not a name that a certificate can be made out to.
    #[error("`{0}` is no host name and no IP address")]
    NoHostName(String),
    /// A certificate could not be made.
    #[error("no certificate can be made: {0}")]
    NotMade(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The two sides did not agree, or the server's certificate is not trusted.
    #[error("no encrypted connection to the server: {0}")]
    Handshake(#[source] io::Error),
    /// The server did not answer in time.
    #[error("no encrypted connection to the server within `{}` seconds", .0.as_secs())]
    Timeout(std::time::Duration),
}
