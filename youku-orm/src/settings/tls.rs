//! How connections to MySQL are encrypted.

use std::path::PathBuf;

/// Encrypted connections to MySQL or MariaDB; see
/// [`DatabaseOptions::tls`](crate::DatabaseOptions::tls).
///
/// A server that offers no TLS is refused before anything is sent to it. Its certificate must be
/// valid, signed by an authority that is trusted, and made out to the host of the URL. There is no
/// way to accept any certificate: whoever can read the traffic could then also answer in the
/// server's place.
///
/// ```no_run
/// use youku_orm::{Database, Tls};
///
/// # async fn example() -> youku_orm::Result<()> {
/// let tls = Tls::new().ca_file("/etc/mysql/ca.pem");
/// let db = Database::options().tls(tls).connect("mysql://app@db.internal/shop").await?;
///
/// // The same in the URL.
/// let db = Database::connect("mysql://app@db.internal/shop?tls_ca=/etc/mysql/ca.pem").await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// The only authority to trust, a PEM file of one or more certificates. A server with a
    /// self-signed certificate is trusted by naming that. Parameter of the URL: `tls_ca`.
    /// Default: `None`, the authorities that browsers trust.
    pub ca_file: Option<PathBuf>,
    /// The name that the certificate must be made out to, where it is not the host of the URL:
    /// behind a tunnel, or where the URL has an address. Parameter of the URL: `tls_host_name`.
    pub host_name: Option<String>,
}

impl Tls {
    /// Trusts the authorities that browsers trust.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`ca_file`](Self::ca_file).
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Sets [`host_name`](Self::host_name).
    #[must_use]
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.host_name = Some(name.into());
        self
    }
}
