//! `chat`: many clients at once; each message is answered and relayed.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use youku_tests::Serving;

/// Three people; all of them receive each line.
const CLIENTS: &str = r#"
import socket, sys
where = (sys.argv[1], int(sys.argv[2]))
people = []
for _ in range(3):
    person = socket.socket()
    person.settimeout(30)
    person.connect(where)
    person.send(b'here')
    assert person.recv(1024) == b'here'
    for earlier in people:
        assert earlier.recv(1024) == b'here'
    people.append(person)
for number, person in enumerate(people):
    said = '我是 {}'.format(number).encode('utf-8')
    person.send(said)
    for other in people:
        heard = other.recv(1024)
        assert heard == said, heard
        print(heard.decode('utf-8'))
"#;

fn chat() -> Serving {
    Serving::start::<&str>("chat", &[])
}

/// Joins, and waits until that is done: only a client that has joined gets an answer.
fn join(chat: &Serving) -> TcpStream {
    let mut client = chat.connect();
    client.write_all(b"?").unwrap();
    hears(&mut client, "?");
    client
}

#[track_caller]
fn hears(client: &mut TcpStream, said: &str) {
    let mut heard = vec![0; said.len()];
    client.read_exact(&mut heard).unwrap();
    assert_eq!(String::from_utf8_lossy(&heard), said);
}

#[test]
fn python_clients_hear_each_other() {
    let heard = chat().python(CLIENTS, &[]);
    assert!(heard.is_none_or(|heard| heard.matches("我是").count() == 9));
}

#[test]
fn a_message_is_answered_and_relayed_to_every_other() {
    let chat = chat();
    let mut neo = join(&chat);
    let mut trinity = join(&chat);
    hears(&mut neo, "?");
    neo.write_all(b"hello").unwrap();
    hears(&mut neo, "hello");
    hears(&mut trinity, "hello");
    trinity.write_all(b"hi").unwrap();
    hears(&mut trinity, "hi");
    hears(&mut neo, "hi");
}

#[test]
fn a_long_message_loses_nothing() {
    let chat = chat();
    let mut neo = join(&chat);
    let mut trinity = join(&chat);
    hears(&mut neo, "?");
    let long = "电影".repeat(2000);
    neo.write_all(long.as_bytes()).unwrap();
    hears(&mut neo, &long);
    hears(&mut trinity, &long);
}

#[test]
fn client_that_reads_nothing_is_disconnected_and_delays_no_other() {
    let chat = chat();
    let deaf = join(&chat);
    let mut neo = join(&chat);
    // More than the sockets between them hold, and more messages than a client may be behind.
    let line = "x".repeat(1024);
    for _ in 0..20_000 {
        neo.write_all(line.as_bytes()).unwrap();
        hears(&mut neo, &line);
    }
    // It reads the end of the connection only after what it had not read yet.
    deaf.set_nonblocking(false).unwrap();
    let mut deaf = deaf;
    let ended = std::io::copy(&mut deaf, &mut std::io::sink());
    let ended = ended.map_err(|error| error.kind());
    assert!(
        matches!(ended, Ok(_) | Err(ErrorKind::ConnectionReset)),
        "{ended:?}"
    );
    join(&chat);
}

#[test]
fn leaving_client_does_not_disturb_the_others() {
    let chat = chat();
    let mut neo = join(&chat);
    for _ in 0..300 {
        drop(join(&chat));
        hears(&mut neo, "?");
    }
    neo.write_all(b"alone").unwrap();
    hears(&mut neo, "alone");
}
