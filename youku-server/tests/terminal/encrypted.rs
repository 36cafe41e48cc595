//! Connections with TLS: which server is trusted by which option.

use std::fs;

use youku_server::{SelfSigned, ServerTls};

use crate::world::World;

/// A certificate for this machine, its file and what serves with it.
fn identity(world: &tempfile::TempDir, name: &str) -> (String, ServerTls) {
    let SelfSigned { certificate, key } = SelfSigned::new(["127.0.0.1"]).unwrap();
    let path = |end: &str| world.path().join(format!("{name}.{end}"));
    fs::write(path("pem"), certificate).unwrap();
    fs::write(path("key"), key).unwrap();
    let tls = ServerTls::from_files(path("pem"), path("key")).unwrap();
    (path("pem").to_str().unwrap().to_owned(), tls)
}

#[test]
fn a_server_is_trusted_by_its_authority_or_its_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    let (own_file, own) = identity(&folder, "own");
    let (other_file, other) = identity(&folder, "other");
    let world = World::encrypted(own.clone());
    let (own_pin, other_pin) = (own.fingerprint(), other.fingerprint());
    let (own_pin, other_pin) = (own_pin.to_string(), other_pin.to_string());
    for trusted in [["--tls-ca", &own_file], ["--tls-pin", &own_pin]] {
        let output = world.run(&["notices", trusted[0], trusted[1]], "");
        assert!(output.status.success(), "{trusted:?}: {output:?}");
    }
    for refused in [["--tls-ca", &other_file], ["--tls-pin", &other_pin]] {
        let output = world.run(&["notices", refused[0], refused[1]], "");
        assert_eq!(output.status.code(), Some(9), "{refused:?}: {output:?}");
    }
    let plain = world.run(&["notices"], "");
    assert_eq!(plain.status.code(), Some(9), "{plain:?}");
    let no_file = world.run(&["notices", "--tls-ca", "/no/such/file"], "");
    assert_eq!(no_file.status.code(), Some(12), "{no_file:?}");
}

/// `SSL_CERT_FILE` names the authorities of the system for one program.
#[test]
fn a_server_is_trusted_by_the_authorities_of_the_system() {
    let folder = tempfile::tempdir().unwrap();
    let (own_file, own) = identity(&folder, "own");
    let (other_file, _) = identity(&folder, "other");
    let world = World::encrypted(own);
    for (file, status) in [(&own_file, 0), (&other_file, 9)] {
        let authorities = [("SSL_CERT_FILE", file.as_str())];
        let output = world.run_with(&["notices", "--tls"], "", &authorities);
        assert_eq!(output.status.code(), Some(status), "{file}: {output:?}");
    }
}
