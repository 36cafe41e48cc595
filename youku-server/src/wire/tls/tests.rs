//! The server's side against a client of `tokio-rustls`.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::wire::tls::*;
use crate::{Stream, Transport};

async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), future).await.unwrap()
}

/// A server's certificate and a client that trusts it.
fn pair() -> (ServerTls, ClientTls) {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    let made = SelfSigned::new(["localhost"]).unwrap();
    std::fs::write(&certificate, made.certificate).unwrap();
    std::fs::write(&key, made.key).unwrap();
    let server = ServerTls::from_files(certificate, key).unwrap();
    let client = ClientTls::pinned(server.fingerprint()).unwrap();
    (server, client)
}

/// The two ends of a connection over TCP: the server's, then the client's.
async fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap());
    let (accepted, client) = tokio::join!(listener.accept(), client);
    (accepted.unwrap().0, client.unwrap())
}

/// The two ends of an encrypted connection.
async fn encrypted() -> (Transport, Transport) {
    let ((server_tls, client_tls), (server, client)) = (pair(), sockets().await);
    let handshakes = async {
        tokio::join!(
            server_tls.accept(server),
            client_tls.connect("localhost", client)
        )
    };
    let (server, client) = soon(handshakes).await;
    (server.unwrap(), client.unwrap())
}

/// The kernel would send a file unencrypted.
#[tokio::test]
async fn encrypted_connection_offers_no_socket() {
    let (server, client) = encrypted().await;
    assert!(server.is_encrypted() && server.socket().is_none());
    assert!(client.is_encrypted() && client.socket().is_none());
    assert!(Transport::from(sockets().await.0).socket().is_some());
}

/// Without the announcement of TLS, an attacker may have closed the connection.
#[tokio::test]
async fn connection_closed_without_announcement_is_an_error() {
    let ((server_tls, client_tls), (server, client)) = (pair(), sockets().await);
    let relay = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(relay.local_addr().unwrap());
    let (far, near) = tokio::join!(relay.accept(), near);
    let (mut far, mut client) = (far.unwrap().0, client);
    let forward = tokio::spawn(async move {
        // Ends when the client's side of the relay is dropped.
        let _ = tokio::io::copy_bidirectional(&mut far, &mut client).await;
    });
    let handshakes = async {
        tokio::join!(
            server_tls.accept(server),
            client_tls.connect("localhost", near.unwrap())
        )
    };
    let (server, client) = soon(handshakes).await;
    let (mut server, mut client) = (server.unwrap(), client.unwrap());
    // After this the relay holds no unread bytes, so closing its sockets resets no connection.
    server.write_all(b"a").await.unwrap();
    soon(client.read_exact(&mut [0])).await.unwrap();
    forward.abort();
    let error = soon(server.read(&mut [0])).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn client_that_has_ended_its_side_still_gets_the_answer() {
    let (mut server, mut client) = encrypted().await;
    client.write_all(b"question").await.unwrap();
    client.shutdown().await.unwrap();
    let mut question = Vec::new();
    soon(server.read_to_end(&mut question)).await.unwrap();
    assert_eq!(question, b"question");
    server.write_all(b"answer").await.unwrap();
    server.shutdown().await.unwrap();
    let mut answer = Vec::new();
    // The end is a clean one only if the server has announced it.
    soon(client.read_to_end(&mut answer)).await.unwrap();
    assert_eq!(answer, b"answer");
}

#[tokio::test]
async fn client_without_tls_gets_an_alert() {
    let ((server_tls, _), (server, mut client)) = (pair(), sockets().await);
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let accepted = soon(server_tls.accept(server)).await;
    assert_eq!(accepted.unwrap_err().kind(), io::ErrorKind::InvalidData);
    let mut alert = Vec::new();
    // A part of the request is unread, so the end may be a reset.
    let _ = soon(client.read_to_end(&mut alert)).await;
    assert_eq!(alert[0], 21, "{alert:?}");
}
