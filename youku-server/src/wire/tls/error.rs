//! Errors of certificates, keys and handshakes.

use std::io;
use std::path::PathBuf;

use rustls::pki_types::pem;

/// Why an encrypted connection could not be made.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of certificates or of a key cannot be read, or is not in the PEM format (RFC 7468).
    #[error("cannot read a certificate or key in PEM format from `{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// A file holds no certificate.
    #[error("`{}` contains no certificate: expected a section `-----BEGIN CERTIFICATE-----`", .0.display())]
    NoCertificate(PathBuf),
    /// The certificate and the key cannot be used, or not together.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(#[source] rustls::Error),
    /// The system has no trusted certificate authorities.
    #[error(
        "this system has no trusted certificate authorities: name a file with one, or pin the server's certificate"
    )]
    NoAuthorities,
    /// A text is not the fingerprint of a certificate.
    #[error(
        "`{0}` is not a fingerprint: expected the 64 hexadecimal digits of the certificate's SHA-256, with or without colons"
    )]
    NoFingerprint(String),
    /// A text is not a name that a certificate can have.
    #[error("`{0}` is not a host name or an IP address")]
    NoHostName(String),
    /// A certificate could not be made.
    #[error("cannot create a certificate: {0}")]
    NotMade(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The two sides did not agree, or the server's certificate is not trusted.
    #[error("TLS handshake with the server failed: {0}")]
    Handshake(#[source] io::Error),
    /// The server did not answer in time.
    #[error("TLS handshake with the server took longer than `{}` seconds", .0.as_secs())]
    Timeout(std::time::Duration),
}
