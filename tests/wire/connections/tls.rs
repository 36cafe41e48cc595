//! A listener with TLS: which certificates clients trust, and what happens to all other clients.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use youku_core::Kind;
use youku_server::{
    ClientTls, Limits, Listener, Options, SelfSigned, ServerTls, SharedSecret, TlsError, Transport,
};

use crate::raw::Raw;
use crate::support::{Server, soon};

/// A certificate and its key in separate files.
struct Identity {
    folder: TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Identity {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = Self {
            certificate: folder.path().join("certificate.pem"),
            key: folder.path().join("key.pem"),
            folder,
        };
        identity.renew(name);
        identity
    }

    /// Writes another certificate, issued to `name`, and its key to the files.
    fn renew(&self, name: &str) {
        let SelfSigned { certificate, key } = SelfSigned::new([name]).unwrap();
        std::fs::write(&self.certificate, certificate).unwrap();
        std::fs::write(&self.key, key).unwrap();
    }

    fn tls(&self) -> ServerTls {
        ServerTls::from_files(&self.certificate, &self.key).unwrap()
    }
}

async fn server(tls: &ServerTls) -> Server {
    Server::listening(Options::default(), |socket| {
        Listener::new(socket).tls(tls.clone())
    })
    .await
}

async fn transport(server: &Server, tls: &ClientTls, host: &str) -> Result<Transport, TlsError> {
    let stream = soon(TcpStream::connect(server.address)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    soon(tls.connect(host, stream)).await
}

/// A connection to a server that must be trusted.
async fn connect(server: &Server, tls: &ClientTls, host: &str) -> Raw {
    let transport = transport(server, tls, host).await.unwrap();
    assert!(transport.is_encrypted());
    Raw::over(transport)
}

#[track_caller]
fn assert_refused(connected: Result<Transport, TlsError>, expected: &str) {
    let error = connected.expect_err("the server must not be trusted");
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn a_pinned_certificate_is_trusted_for_every_host_name() {
    let tls = Identity::new("elsewhere.example").tls();
    let server = server(&tls).await;
    let pinned = ClientTls::pinned(tls.fingerprint()).unwrap();
    connect(&server, &pinned, "localhost")
        .await
        .expect_alive()
        .await;
}

#[tokio::test]
async fn another_certificate_than_the_pinned_one_is_refused() {
    let server = server(&Identity::new("localhost").tls()).await;
    let other = Identity::new("localhost").tls().fingerprint();
    let pinned = ClientTls::pinned(other).unwrap();
    let connected = transport(&server, &pinned, "localhost").await;
    assert_refused(connected, "invalid peer certificate");
}

#[tokio::test]
async fn a_certificate_of_a_named_authority_is_trusted_for_its_host() {
    for (name, host) in [
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]"),
    ] {
        let identity = Identity::new(name);
        let server = server(&identity.tls()).await;
        let trusting = ClientTls::authority_file(&identity.certificate).unwrap();
        connect(&server, &trusting, host).await.expect_alive().await;
        let connected = transport(&server, &trusting, "elsewhere.example").await;
        assert_refused(connected, "not valid for name");
        let by_name = trusting.host_name(name).unwrap();
        connect(&server, &by_name, "elsewhere.example")
            .await
            .expect_alive()
            .await;
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let server = server(&Identity::new("localhost").tls()).await;
    let other = Identity::new("localhost");
    let trusting = ClientTls::authority_file(&other.certificate).unwrap();
    let connected = transport(&server, &trusting, "localhost").await;
    assert_refused(connected, "invalid peer certificate");
}

#[tokio::test]
async fn a_movie_is_the_same_encrypted() {
    let tls = Identity::new("localhost").tls();
    let server = server(&tls).await;
    let pinned = ClientTls::pinned(tls.fingerprint()).unwrap();
    let bytes: Vec<u8> = (0..3_000_001_u32)
        .map(|index| (index % 251) as u8)
        .collect();
    server.add_movies(Kind::Free, &["of the owner"]).await;
    let mut raw = connect(&server, &pinned, "localhost").await;
    raw.log_in("owner", "admin").await;
    let uploaded = raw.upload("a.mp4", &bytes, 0).await;
    assert_eq!(uploaded["flag"], true, "{uploaded}");
    raw.ask(serde_json::json!({"type": "charge_vip"})).await;
    let request = serde_json::json!({"type": "download_movie", "movie_id": uploaded["movie_id"]});
    assert_eq!(raw.ask(request).await["movie_size"], bytes.len());
    assert!(
        raw.receive_bytes(bytes.len()).await == bytes,
        "the bytes differ"
    );
    raw.expect_alive().await;
}

#[tokio::test]
async fn a_renewed_certificate_is_for_new_connections() {
    let identity = Identity::new("localhost");
    let tls = identity.tls();
    let server = server(&tls).await;
    let before = ClientTls::pinned(tls.fingerprint()).unwrap();
    let mut open = connect(&server, &before, "localhost").await;
    identity.renew("localhost");
    tls.reload().unwrap();
    let after = ClientTls::pinned(tls.fingerprint()).unwrap();
    connect(&server, &after, "localhost")
        .await
        .expect_alive()
        .await;
    assert_refused(
        transport(&server, &before, "localhost").await,
        "invalid peer certificate",
    );
    open.expect_alive().await;
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_leaves_the_old_one_in_use() {
    let identity = Identity::new("localhost");
    let tls = identity.tls();
    let server = server(&tls).await;
    let pinned = ClientTls::pinned(tls.fingerprint()).unwrap();
    std::fs::write(&identity.certificate, "no certificate").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::NoCertificate(_))));
    std::fs::remove_file(&identity.certificate).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::File { .. })));
    let other = Identity::new("localhost");
    std::fs::copy(&other.certificate, &identity.certificate).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Unusable(_))));
    connect(&server, &pinned, "localhost")
        .await
        .expect_alive()
        .await;
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let identity = Identity::new("localhost");
    let nowhere = identity.folder.path().join("nowhere.pem");
    for (certificate, key) in [(&nowhere, &identity.key), (&identity.certificate, &nowhere)] {
        let error = ServerTls::from_files(certificate, key).unwrap_err();
        assert!(error.to_string().contains("nowhere.pem"), "{error}");
    }
    let error = ClientTls::authority_file(Path::new(&nowhere)).unwrap_err();
    assert!(error.to_string().contains("nowhere.pem"), "{error}");
}

#[tokio::test]
async fn bytes_that_are_not_a_handshake_are_not_read_as_a_frame() {
    let server = server(&Identity::new("localhost").tls()).await;
    let mut raw = server.connect().await;
    raw.send_text(br#"{"type":"check_notice"}"#).await;
    // At most a TLS alert (RFC 8446, section 6), but no reply.
    assert!(raw.rest().await.len() <= 7);
}

#[tokio::test]
async fn a_client_without_a_handshake_in_time_is_disconnected() {
    let limits = Limits {
        handshake: Duration::from_millis(20),
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let tls = Identity::new("localhost").tls();
    let server = Server::listening(options, |socket| Listener::new(socket).tls(tls)).await;
    server.connect().await.expect_end().await;
}

#[tokio::test]
async fn a_shared_secret_is_asked_for_inside() {
    let tls = Identity::new("localhost").tls();
    let secret = SharedSecret::sha256("Tell nobody!");
    let server = Server::listening(Options::default(), |socket| {
        Listener::new(socket)
            .tls(tls.clone())
            .secret(secret.clone())
    })
    .await;
    let pinned = ClientTls::pinned(tls.fingerprint()).unwrap();
    let mut raw = connect(&server, &pinned, "localhost").await;
    soon(secret.answer(&mut raw.stream)).await.unwrap();
    raw.expect_alive().await;
    let mut raw = connect(&server, &pinned, "localhost").await;
    soon(SharedSecret::sha256("guess").answer(&mut raw.stream))
        .await
        .unwrap();
    raw.expect_end().await;
}
