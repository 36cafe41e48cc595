//! `handshake`: a challenge, then everything in upper case.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use youku_server::SharedSecret;
use youku_tests::Serving;

/// The secret in the sample of the Python course project, which is built into the example.
const SAMPLE: &str = "Jedan has a big key!";

/// Answers the challenge with the secret of the third argument, then sends the remaining arguments.
const CLIENT: &str = r#"
import hashlib, hmac, socket, sys
client = socket.socket()
client.settimeout(30)
client.connect((sys.argv[1], int(sys.argv[2])))
challenge = client.recv(32)
client.sendall(hmac.new(sys.argv[3].encode('utf-8'), challenge, hashlib.md5).digest())
for said in sys.argv[4:]:
    client.sendall(said.encode('utf-8'))
    try:
        heard = client.recv(1024)
    except ConnectionResetError:
        heard = b''
    print(heard.decode('utf-8') if heard else 'closed')
"#;

fn handshake() -> Serving {
    Serving::start::<&str>("handshake", &[])
}

/// A connection, and the challenge received over it.
fn challenge(handshake: &Serving) -> (TcpStream, [u8; 32]) {
    let mut client = handshake.connect();
    let mut challenge = [0; 32];
    client.read_exact(&mut challenge).unwrap();
    (client, challenge)
}

#[track_caller]
fn is_closed(mut client: TcpStream) {
    match client.read(&mut [0]) {
        Ok(read) => assert_eq!(read, 0),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

#[test]
fn a_python_client_is_answered_in_upper_case() {
    let said = ["hello", "a–z only: ß é 电影", "no newline ends a message\n"];
    let Some(heard) = handshake().python(CLIENT, &[&[SAMPLE], &said[..]].concat()) else {
        return;
    };
    let expected = "HELLO\nA–Z ONLY: ß é 电影\nNO NEWLINE ENDS A MESSAGE\n\n";
    assert_eq!(heard, expected);
}

#[test]
fn the_secret_is_an_option() {
    let handshake = Serving::start("handshake", &["--secret", "another"]);
    for (secret, expected) in [("another", "HI\n"), (SAMPLE, "closed\n")] {
        let heard = handshake.python(CLIENT, &[secret, "hi"]);
        assert!(heard.is_none_or(|heard| heard == expected));
    }
}

#[test]
fn a_wrong_or_short_or_replayed_answer_ends_the_connection() {
    let handshake = handshake();
    let secret = SharedSecret::md5(SAMPLE);
    let (mut client, _) = challenge(&handshake);
    client.write_all(&[7; 16]).unwrap();
    is_closed(client);
    let (mut client, question) = challenge(&handshake);
    client
        .write_all(&secret.answer_to(&question)[..15])
        .unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    is_closed(client);
    let (mut client, _) = challenge(&handshake);
    client.write_all(&secret.answer_to(&question)).unwrap();
    is_closed(client);
}

#[test]
fn many_clients_at_once_and_long_messages_are_answered_completely() {
    let handshake = handshake();
    let secret = SharedSecret::md5(SAMPLE);
    let mut clients: Vec<_> = (0..20).map(|_| challenge(&handshake)).collect();
    for (client, question) in &mut clients {
        client.write_all(&secret.answer_to(&question[..])).unwrap();
    }
    for (client, _) in &mut clients {
        let said = "abc".repeat(2000);
        client.write_all(said.as_bytes()).unwrap();
        let mut heard = vec![0; said.len()];
        client.read_exact(&mut heard).unwrap();
        assert!(heard == said.to_ascii_uppercase().as_bytes());
    }
}
