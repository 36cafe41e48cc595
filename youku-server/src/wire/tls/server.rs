//! The server's side of TLS: a certificate and its key, from files that can be reloaded.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::Transport;
use crate::wire::tls::{Fingerprint, TlsError, provider};

/// The certificate and key of a listener; see [`Listener::tls`](crate::Listener::tls). Clones
/// share their certificate, so [reloading](Self::reload) one reloads all.
#[derive(Clone)]
pub struct ServerTls(Arc<Inner>);

struct Inner {
    certificate_file: PathBuf,
    key_file: PathBuf,
    loaded: RwLock<Loaded>,
}

/// The content of the files when they were last read.
#[derive(Clone)]
struct Loaded {
    config: Arc<ServerConfig>,
    fingerprint: Fingerprint,
}

impl ServerTls {
    /// Reads a certificate and its private key from PEM files (RFC 7468): in the first the server's
    /// own certificate, then the ones that lead to its authority; in the second the key (PKCS #1, #8
    /// or SEC 1), without a passphrase.
    ///
    /// # Errors
    ///
    /// [`TlsError::File`], [`TlsError::NoCertificate`], [`TlsError::Unusable`] also for a key that
    /// is another certificate's.
    pub fn from_files(
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Result<Self, TlsError> {
        let (certificate_file, key_file) = (certificate.into(), key.into());
        let loaded = RwLock::new(Loaded::read(&certificate_file, &key_file)?);
        Ok(Self(Arc::new(Inner {
            certificate_file,
            key_file,
            loaded,
        })))
    }

    /// Re-reads the files. New connections get the new certificate; open connections continue
    /// unchanged.
    ///
    /// # Errors
    ///
    /// Those of [`from_files`](Self::from_files); the certificate in use then stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let loaded = Loaded::read(&self.0.certificate_file, &self.0.key_file)?;
        *self
            .0
            .loaded
            .write()
            .unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    /// The fingerprint of the certificate in use, which clients can pin.
    pub fn fingerprint(&self) -> Fingerprint {
        self.loaded().fingerprint
    }

    /// Performs the handshake; a client that fails it gets an alert. It has no timeout of its own: the
    /// caller must set one.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<Transport> {
        let acceptor = TlsAcceptor::from(self.loaded().config);
        Ok(Transport::tls(acceptor.accept(stream).await?))
    }

    fn loaded(&self) -> Loaded {
        let loaded = self.0.loaded.read();
        loaded.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Loaded {
    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = certificates(certificate)?;
        let fingerprint = Fingerprint::of(&chain[0]);
        let key = PrivateKeyDer::from_pem_file(key).map_err(|source| TlsError::File {
            path: key.to_owned(),
            source,
        })?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(TlsError::Unusable)?;
        Ok(Self {
            config: Arc::new(config),
            fingerprint,
        })
    }
}

/// The certificates of a PEM file, at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates: Vec<_> = read.map_err(|source| TlsError::File {
        path: path.to_owned(),
        source,
    })?;
    if certificates.is_empty() {
        return Err(TlsError::NoCertificate(path.to_owned()));
    }
    Ok(certificates)
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerTls")
            .field("certificate", &self.0.certificate_file)
            .field("key", &self.0.key_file)
            .field("fingerprint", &self.fingerprint())
            .finish()
    }
}
