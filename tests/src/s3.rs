//! The S3 server of a test process: `tests/s3.py`, started when it is first needed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Exit status of `s3.py` when `moto` is not installed.
const NOT_INSTALLED: i32 = 69;

/// A server that ends when the pipe closes; the kernel closes it when this process ends.
struct Server {
    url: String,
    _alive: ChildStdin,
}

/// The URL of the server and the name of a new bucket in it, or `None` if `moto` is not installed, which is announced
/// on standard error, once.
///
/// # Panics
///
/// If the server does not start or refuses the bucket, or if it is missing and `YOUKU_REQUIRE_S3=1` requires it.
pub fn new_bucket() -> Option<(&'static str, String)> {
    static BUCKETS: AtomicU32 = AtomicU32::new(0);
    let url = url()?;
    let number = BUCKETS.fetch_add(1, Ordering::Relaxed);
    let bucket = format!("movies-{}-{number}", std::process::id());
    create(url, &bucket);
    Some((url, bucket))
}

/// Whether there is a server. Starts it if necessary.
pub fn is_available() -> bool {
    url().is_some()
}

fn url() -> Option<&'static str> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(start).as_ref();
    Some(server?.url.as_str())
}

fn start() -> Option<Server> {
    let python = std::env::var("YOUKU_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/s3.py");
    let child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        announce_missing();
        return None;
    };
    let alive = child.stdin.take().expect("it was asked for");
    let stdout = child.stdout.take().expect("it was asked for");
    let mut url = String::new();
    BufReader::new(stdout)
        .read_line(&mut url)
        .expect("a URL is UTF-8");
    if url.is_empty() {
        let status = child.wait().expect("only this code waits for the child");
        assert_eq!(status.code(), Some(NOT_INSTALLED), "`tests/s3.py` failed");
        announce_missing();
        return None;
    }
    Some(Server {
        url: url.trim_end().to_owned(),
        _alive: alive,
    })
}

/// Creates a bucket with an unsigned request, which this server accepts.
fn create(url: &str, bucket: &str) {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server accepts connections");
    let request = format!(
        "PUT /{bucket} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the server answers");
    let status = answer.lines().next().unwrap_or_default();
    assert!(status.contains(" 200 "), "{status}");
}

fn announce_missing() {
    let required = std::env::var_os("YOUKU_REQUIRE_S3").is_some_and(|value| value == "1");
    assert!(
        !required,
        "the Python package `moto` is not installed, but YOUKU_REQUIRE_S3=1 asks for it"
    );
    let text = "note: the tests on S3 are left out: the Python package `moto[server]` is not installed (./test installs it)";
    // A note that cannot be shown must not fail the test.
    let _ = writeln!(std::io::stderr(), "{text}");
}
