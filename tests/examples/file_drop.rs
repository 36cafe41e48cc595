//! `file_drop`: a header, then the bytes, into a folder.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use youku_tests::Serving;

/// Far above what a test needs, so that a hang becomes a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends one file without reading the answer, then a second one and reads its answer.
const CLIENT: &str = r#"
import json, os, socket, struct, sys

def send(path, name):
    client = socket.socket()
    client.settimeout(30)
    client.connect((sys.argv[1], int(sys.argv[2])))
    header = json.dumps({'file_name': name, 'file_size': os.path.getsize(path)}).encode('utf-8')
    client.send(struct.pack('i', len(header)) + header)
    with open(path, 'rb') as file:
        while True:
            piece = file.read(1024)
            if not piece:
                return client
            client.sendall(piece)

send(sys.argv[3], 'first.mp4').close()
client = send(sys.argv[3], '第二.mp4')
length = struct.unpack('i', client.recv(4))[0]
print(json.loads(client.recv(length).decode('utf-8'))['flag'])
"#;

/// The running example, and the folder that it fills.
fn file_drop() -> (Serving, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Serving::start("file_drop", &[folder.path()]), folder)
}

fn announce(to: &Serving, header: &[u8]) -> TcpStream {
    let mut client = to.connect();
    let length = i32::try_from(header.len()).unwrap().to_le_bytes();
    client.write_all(&[&length[..], header].concat()).unwrap();
    client
}

fn announce_file(to: &Serving, name: &str, size: i64) -> TcpStream {
    let header = json!({"file_name": name, "file_size": size});
    announce(to, header.to_string().as_bytes())
}

fn answer(mut client: TcpStream) -> Value {
    let mut length = [0; 4];
    client.read_exact(&mut length).unwrap();
    let mut text = vec![0; usize::try_from(i32::from_le_bytes(length)).unwrap()];
    client.read_exact(&mut text).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn send(to: &Serving, name: &str, bytes: &[u8]) -> Value {
    let size = i64::try_from(bytes.len()).unwrap();
    let mut client = announce_file(to, name, size);
    // A refusal may have been sent already; then the example does not read these bytes.
    let _ = client.write_all(bytes);
    answer(client)
}

#[track_caller]
fn check_refused(answer: &Value, why: &str) {
    assert_eq!(answer["flag"], false, "{answer}");
    assert!(answer["msg"].as_str().unwrap().contains(why), "{answer}");
}

/// Waits for what another process is about to do.
#[track_caller]
fn until(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "it takes too long");
        std::thread::yield_now();
    }
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_python_client_drops_a_file() {
    let (file_drop, folder) = file_drop();
    let file = tempfile::NamedTempFile::new().unwrap();
    let bytes: Vec<u8> = (0..500_000_u32).map(|number| number as u8).collect();
    fs::write(file.path(), &bytes).unwrap();
    let path = file.path().to_str().unwrap();
    let Some(printed) = file_drop.python(CLIENT, &[path]) else {
        return;
    };
    assert_eq!(printed, "True\n");
    assert!(fs::read(folder.path().join("第二.mp4")).unwrap() == bytes);
    // The first client has not waited for its answer, so its file may appear a moment later.
    let first = folder.path().join("first.mp4");
    until(|| first.exists());
    assert!(fs::read(first).unwrap() == bytes);
}

#[test]
fn a_name_cannot_leave_the_folder() {
    let (file_drop, folder) = file_drop();
    for name in ["../../a.txt", "/etc/b.txt", "C:\\c.txt", ".."] {
        assert_eq!(send(&file_drop, name, b"text")["flag"], true, "{name}");
    }
    assert_eq!(names(folder.path()), ["a.txt", "b.txt", "c.txt", "file"]);
}

#[test]
fn an_existing_file_is_not_replaced() {
    let (file_drop, folder) = file_drop();
    assert_eq!(send(&file_drop, "a.txt", b"first")["flag"], true);
    check_refused(&send(&file_drop, "a.txt", b"second"), "choose another name");
    assert_eq!(fs::read(folder.path().join("a.txt")).unwrap(), b"first");
}

#[cfg(unix)]
#[test]
fn a_planted_link_is_not_followed() {
    let (file_drop, folder) = file_drop();
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("target");
    std::os::unix::fs::symlink(&target, folder.path().join("a.txt")).unwrap();
    check_refused(&send(&file_drop, "a.txt", b"text"), "choose another name");
    assert!(!target.exists());
}

#[cfg(unix)]
#[test]
fn a_link_that_is_planted_during_the_transfer_is_not_followed() {
    let (file_drop, folder) = file_drop();
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("target");
    let mut client = announce_file(&file_drop, "a.txt", 4);
    until(|| !names(folder.path()).is_empty());
    std::os::unix::fs::symlink(&target, folder.path().join("a.txt")).unwrap();
    client.write_all(b"text").unwrap();
    check_refused(&answer(client), "choose another name");
    assert!(!target.exists());
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[test]
fn an_incomplete_file_is_not_stored() {
    let (file_drop, folder) = file_drop();
    let mut client = announce_file(&file_drop, "a.txt", 10);
    client.write_all(b"short").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    check_refused(&answer(client), "closed the connection");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn many_files_come_at_once() {
    let (file_drop, folder) = file_drop();
    let mut clients: Vec<_> = (0..20)
        .map(|number| announce_file(&file_drop, &format!("{number:02}"), 2))
        .collect();
    for _ in 0..2 {
        for client in &mut clients {
            client.write_all(b"x").unwrap();
        }
    }
    for client in clients {
        assert_eq!(answer(client)["flag"], true);
    }
    assert_eq!(names(folder.path()).len(), 20);
}

#[test]
fn an_invalid_header_is_answered() {
    let (file_drop, folder) = file_drop();
    let no_header = "an object of `file_name` and `file_size`";
    for header in ["{}", "[]", "x", r#"{"file_name": "a", "file_size": -1}"#] {
        check_refused(&answer(announce(&file_drop, header.as_bytes())), no_header);
    }
    check_refused(
        &answer(announce(&file_drop, b"")),
        "the length of a frame is `0`",
    );
    let long = vec![b' '; 5000];
    check_refused(
        &answer(announce(&file_drop, &long)),
        "the length of a frame is `5000`",
    );
    let endless = announce_file(&file_drop, "a.txt", i64::MAX);
    check_refused(&answer(endless), "is not taken");
    assert!(names(folder.path()).is_empty());
}
