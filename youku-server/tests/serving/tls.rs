//! Certificates.

use youku_server::{ClientTls, Connection, Fingerprint, SelfSigned};

use crate::support::{PATIENCE, Server, connect, encrypted, is_served, open, program};

#[tokio::test]
async fn a_self_signed_certificate_is_created_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut fingerprints = Vec::new();
    for _ in 0..2 {
        let mut command = program("serve", folder.path());
        command.args([
            "--listen",
            "127.0.0.1:0",
            "--listen-tls",
            "127.0.0.1:0",
            "--tls-self-signed",
        ]);
        let server = Server::start(&mut command);
        let plain = server.says("listening on ");
        let tls = server.says("listening on ");
        let tls = tls.strip_suffix(" with TLS").unwrap();
        let fingerprint: Fingerprint = server.says("certificate ").parse().unwrap();
        assert!(is_served(&mut open(&plain).await).await);
        let mut open = encrypted(tls, &fingerprint).await.unwrap();
        assert!(is_served(&mut open).await);
        fingerprints.push(fingerprint);
    }
    assert_eq!(fingerprints[0], fingerprints[1]);
    let key = folder.path().join("data/self-signed-key.pem");
    let mode = std::os::unix::fs::PermissionsExt::mode(&key.metadata().unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "others can read the key");
}

#[tokio::test]
async fn sighup_reloads_the_certificate_and_keeps_connections() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    let renew = || {
        let made = SelfSigned::new(["localhost"]).unwrap();
        std::fs::write(&certificate, made.certificate).unwrap();
        std::fs::write(&key, made.key).unwrap();
    };
    renew();
    let mut command = program("serve", folder.path());
    command.args([
        "--listen-tls",
        "127.0.0.1:0",
        "--log-format",
        "json",
        "--tls-cert",
    ]);
    command.arg(&certificate).arg("--tls-key").arg(&key);
    let server = Server::start(&mut command);
    let address = server.says("listening on ");
    let address = address.strip_suffix(" with TLS").unwrap();
    let trusting = ClientTls::authority_file(&certificate).unwrap();
    let stream = trusting
        .connect("localhost", connect(address).await)
        .await
        .unwrap();
    let mut open = Connection::new(stream, PATIENCE);
    assert!(is_served(&mut open).await);

    renew();
    server.signal("-HUP");
    let line = server.logs("the certificate was reloaded");
    let fingerprint = line["fields"]["fingerprint"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(is_served(&mut encrypted(address, &fingerprint).await.unwrap()).await);
    assert!(
        trusting
            .connect("localhost", connect(address).await)
            .await
            .is_err()
    );

    std::fs::write(&certificate, "nothing").unwrap();
    server.signal("-HUP");
    let line = server.logs("the certificate cannot be reloaded; the old one stays in use");
    assert_eq!(line["level"], "ERROR");
    assert!(is_served(&mut encrypted(address, &fingerprint).await.unwrap()).await);
    assert!(is_served(&mut open).await);
}
