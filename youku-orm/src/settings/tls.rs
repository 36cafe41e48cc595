//! How connections to MySQL are encrypted.

use std::path::PathBuf;

/// Encrypted connections to MySQL or MariaDB; see
/// [`DatabaseOptions::tls`](crate::DatabaseOptions::tls).
///
/// The connection fails before anything is sent if the server does not offer TLS. The server's certificate
/// must be valid, signed by a trusted authority, and issued for the host of the URL. It is not possible to
/// accept every certificate: an attacker who can read the traffic could then also answer in the server's
/// place.
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
    /// The only authority to trust, a PEM file of one or more certificates. To trust a server with a
    /// self-signed certificate, name that certificate. Parameter of the URL: `tls_ca`.
    /// Default: `None`, the authorities that browsers trust.
    pub ca_file: Option<PathBuf>,
    /// The name that the certificate must be issued for, if it is not the host of the URL: for instance
    /// through a tunnel, or if the URL contains an address. Parameter of the URL: `tls_host_name`.
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
