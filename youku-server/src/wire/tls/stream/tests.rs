//! The server's side against a client of `tokio-rustls`.

use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::SelfSigned;
use crate::wire::tls::provider;
use crate::wire::tls::stream::*;

async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), future).await.unwrap()
}

/// Configurations that trust each other, the client's for one version of the protocol.
fn configs(version: &'static SupportedProtocolVersion) -> (Arc<ServerConfig>, Arc<ClientConfig>) {
    let SelfSigned { certificate, key } = SelfSigned::new(["localhost"]).unwrap();
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let client = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (Arc::new(server), Arc::new(client))
}

/// Two ends of a connection over TCP.
async fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap());
    let (accepted, client) = tokio::join!(listener.accept(), client);
    (accepted.unwrap().0, client.unwrap())
}

async fn shake_hands(
    (server, client): (TcpStream, TcpStream),
    version: &'static SupportedProtocolVersion,
) -> (ServerStream, TlsStream<TcpStream>) {
    let (server_config, client_config) = configs(version);
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(client_config);
    let (server, client) = soon(async {
        tokio::join!(
            ServerStream::accept(server, server_config),
            connector.connect(name, client),
        )
    })
    .await;
    (server.unwrap(), client.unwrap())
}

async fn pair(version: &'static SupportedProtocolVersion) -> (ServerStream, TlsStream<TcpStream>) {
    shake_hands(sockets().await, version).await
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index % 251) as u8).collect()
}

/// Sends everything back, in pieces of `size` at most.
async fn echo(mut server: ServerStream, size: usize) {
    let mut piece = vec![0; size];
    loop {
        match server.read(&mut piece).await.unwrap() {
            0 => break,
            read => server.write_all(&piece[..read]).await.unwrap(),
        }
        server.flush().await.unwrap();
    }
    server.shutdown().await.unwrap();
}

/// Sends `count` bytes, in writes of `size`, to an echo and compares.
async fn check_echo(
    pair: (ServerStream, TlsStream<TcpStream>),
    count: usize,
    size: usize,
    echo_size: usize,
) {
    let (server, client) = pair;
    let server = tokio::spawn(echo(server, echo_size));
    let (mut reader, mut writer) = split(client);
    let sent = bytes(count);
    let copy = sent.clone();
    let writing = tokio::spawn(async move {
        for piece in copy.chunks(size) {
            writer.write_all(piece).await.unwrap();
        }
        writer.shutdown().await.unwrap();
    });
    let mut received = Vec::new();
    // To the end, which is a clean one only if the other side has said so.
    soon(reader.read_to_end(&mut received)).await.unwrap();
    soon(writing).await.unwrap();
    soon(server).await.unwrap();
    assert!(received == sent, "{} of {count} came back", received.len());
}

#[tokio::test]
async fn every_byte_arrives_whatever_the_pieces() {
    for version in [&TLS12, &TLS13] {
        for (count, size, echo_size) in [
            (1, 1, 1),
            (3_000, 7, 4),
            (300_000, 100_000, 5_000),
            (3_000_000, 16_384, 262_144),
            (3_000_000, 3_000_000, 100_001),
        ] {
            check_echo(pair(version).await, count, size, echo_size).await;
        }
    }
}

#[tokio::test]
async fn segments_of_one_byte_make_a_handshake_and_records() {
    for version in [&TLS12, &TLS13] {
        let ((server, mut near), (mut far, client)) = (sockets().await, sockets().await);
        let relay = tokio::spawn(async move {
            near.set_nodelay(true).unwrap();
            let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
                (far.split(), near.split());
            let forth = async {
                let mut byte = [0];
                while from_client.read(&mut byte).await.unwrap() == 1 {
                    to_server.write_all(&byte).await.unwrap();
                }
                to_server.shutdown().await.unwrap();
            };
            let back = tokio::io::copy(&mut from_server, &mut to_client);
            tokio::join!(forth, back)
        });
        let pair = shake_hands((server, client), version).await;
        check_echo(pair, 2_000, 700, 4).await;
        soon(relay).await.unwrap().1.unwrap();
    }
}

#[tokio::test]
async fn a_silent_connection_holds_no_buffer() {
    let (mut server, mut client) = pair(&TLS13).await;
    let mut piece = [0; 4];
    for _ in 0..3 {
        client.write_all(&bytes(2_000)).await.unwrap();
        client.flush().await.unwrap();
        for _ in 0..500 {
            soon(server.read_exact(&mut piece)).await.unwrap();
        }
        server.write_all(&bytes(40_000)).await.unwrap();
        server.flush().await.unwrap();
        soon(client.read_exact(&mut vec![0; 40_000])).await.unwrap();
        let idle = timeout(Duration::ZERO, server.read(&mut piece)).await;
        assert!(idle.is_err(), "{idle:?}");
        let records = &server.records;
        for buffer in [&records.incoming, &records.plain, &records.outgoing] {
            assert_eq!(buffer.capacity(), 0, "{buffer:?}");
        }
    }
}

#[tokio::test]
async fn a_client_may_renew_its_keys() {
    let (mut server, mut client) = pair(&TLS13).await;
    for _ in 0..3 {
        client.get_mut().1.refresh_traffic_keys().unwrap();
        client.write_all(b"a").await.unwrap();
        client.flush().await.unwrap();
        let mut byte = [0];
        soon(server.read_exact(&mut byte)).await.unwrap();
        server.write_all(b"b").await.unwrap();
        server.flush().await.unwrap();
        soon(client.read_exact(&mut byte)).await.unwrap();
        assert_eq!(byte, *b"b");
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_is_no_end() {
    let (mut server, client) = pair(&TLS13).await;
    // Without an announcement, as an attacker in between would do it.
    let mut socket = client.into_inner().0;
    socket.shutdown().await.unwrap();
    let cut = soon(server.read(&mut [0])).await.unwrap_err();
    assert_eq!(cut.kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn a_client_that_has_ended_its_side_still_gets_its_answer() {
    let (mut server, mut client) = pair(&TLS13).await;
    client.write_all(b"question").await.unwrap();
    client.shutdown().await.unwrap();
    let mut question = Vec::new();
    soon(server.read_to_end(&mut question)).await.unwrap();
    assert_eq!(question, b"question");
    server.write_all(b"answer").await.unwrap();
    server.shutdown().await.unwrap();
    let mut answer = Vec::new();
    soon(client.read_to_end(&mut answer)).await.unwrap();
    assert_eq!(answer, b"answer");
}

#[tokio::test]
async fn a_forged_record_is_refused_and_its_sender_told() {
    let (mut server, mut client) = pair(&TLS13).await;
    // Application data (23) of TLS 1.2, as 1.3 writes it: 32 bytes that no key has made.
    let forged = [[23, 3, 3, 0, 32].as_slice(), &[0; 32]].concat();
    client.get_mut().0.write_all(&forged).await.unwrap();
    let refused = soon(server.read(&mut [0])).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    let told = soon(client.read(&mut [0])).await.unwrap_err();
    assert!(told.to_string().contains("BadRecordMac"), "{told}");
    // And for good.
    assert!(soon(server.read(&mut [0])).await.is_err());
    assert!(soon(server.write(b"more")).await.is_err());
}

#[tokio::test]
async fn a_client_without_tls_is_refused_with_an_alert() {
    let (server, mut client) = sockets().await;
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let accepted = soon(ServerStream::accept(server, configs(&TLS13).0)).await;
    assert_eq!(accepted.unwrap_err().kind(), io::ErrorKind::InvalidData);
    let mut alert = Vec::new();
    // The rest of what was sent is unread, so the end may be a reset.
    let _ = soon(client.read_to_end(&mut alert)).await;
    assert_eq!(alert[0], 21, "{alert:?}");
}
