//! The client's side of TLS: which servers are trusted.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::Transport;
use crate::wire::tls::server::certificates;
use crate::wire::tls::{Fingerprint, TlsError, provider};

/// How long the handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// How a client makes sure that it talks to the right server.
///
/// There is no way to trust every certificate: an attacker who can intercept the traffic could then
/// impersonate the server.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use youku_server::ClientTls;
///
/// let tls = ClientTls::system_authorities()?;
/// let stream = tokio::net::TcpStream::connect("movies.example.org:8443").await?;
/// let stream = tls.connect("movies.example.org", stream).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ClientTls {
    config: Arc<ClientConfig>,
    host_name: Option<ServerName<'static>>,
}

impl ClientTls {
    /// Trusts the authorities that this system trusts, or those that the environment variables
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
    ///
    /// # Errors
    ///
    /// [`TlsError::NoAuthorities`].
    pub fn system_authorities() -> Result<Self, TlsError> {
        Self::trusting(rustls_native_certs::load_native_certs().certs)
    }

    /// Trusts only the authorities in a PEM file. A self-signed certificate is trusted by naming
    /// its own file.
    ///
    /// # Errors
    ///
    /// [`TlsError::File`], [`TlsError::NoCertificate`].
    pub fn authority_file(path: impl AsRef<Path>) -> Result<Self, TlsError> {
        Self::trusting(certificates(path.as_ref())?)
    }

    /// Trusts only the certificate with this fingerprint, regardless of its issuer, its names and its
    /// expiry.
    ///
    /// # Errors
    ///
    /// None that depends on the fingerprint: [`TlsError::Unusable`] when the library was built
    /// without the cryptography that it needs.
    pub fn pinned(fingerprint: Fingerprint) -> Result<Self, TlsError> {
        let provider = provider();
        let pinned = Pinned {
            fingerprint,
            algorithms: provider.signature_verification_algorithms,
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Unusable)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(pinned))
            .with_no_client_auth();
        Ok(Self::with(config))
    }

    /// The name that the certificate must have, if it is not the host of the server's
    /// address: behind a tunnel, or if the address is an IP address.
    ///
    /// # Errors
    ///
    /// [`TlsError::NoHostName`].
    pub fn host_name(self, name: &str) -> Result<Self, TlsError> {
        let host_name = Some(server_name(name)?);
        Ok(Self { host_name, ..self })
    }

    /// Encrypts `stream`, which is connected to `host`, a name or an IP address, and verifies the
    /// server's certificate, within 10 seconds.
    ///
    /// # Errors
    ///
    /// [`TlsError::NoHostName`]; [`TlsError::Handshake`] for a certificate that is not trusted or is
    /// another host's, and for a server that does not speak TLS; [`TlsError::Timeout`].
    ///
    /// # Cancel safety
    ///
    /// Safe: the connection is closed.
    pub async fn connect(&self, host: &str, stream: TcpStream) -> Result<Transport, TlsError> {
        let name = match &self.host_name {
            Some(name) => name.clone(),
            None => server_name(host)?,
        };
        let connector = TlsConnector::from(self.config.clone());
        match timeout(HANDSHAKE_TIME, connector.connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(Transport::tls(stream)),
            Ok(Err(error)) => Err(TlsError::Handshake(error)),
            Err(_) => Err(TlsError::Timeout(HANDSHAKE_TIME)),
        }
    }

    fn trusting(authorities: Vec<CertificateDer<'static>>) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        // The system's collection may contain certificates that are too old to be parsed.
        let (usable, _) = roots.add_parsable_certificates(authorities);
        if usable == 0 {
            return Err(TlsError::NoAuthorities);
        }
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Unusable)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self::with(config))
    }

    fn with(config: ClientConfig) -> Self {
        Self {
            config: Arc::new(config),
            host_name: None,
        }
    }
}

/// `host` as a certificate names it, without the brackets that enclose an IPv6 address in front of a
/// port.
fn server_name(host: &str) -> Result<ServerName<'static>, TlsError> {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let name = ServerName::try_from(bare.unwrap_or(host));
    name.map(|name| name.to_owned())
        .map_err(|_| TlsError::NoHostName(host.to_owned()))
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientTls")
            .field("host_name", &self.host_name)
            .finish_non_exhaustive()
    }
}

/// Accepts exactly one certificate. Whether the server has its key is still verified.
#[derive(Debug)]
struct Pinned {
    fingerprint: Fingerprint,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if Fingerprint::of(end_entity) == self.fingerprint {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
