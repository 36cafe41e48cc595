//! The MariaDB of a test run.
//!
//! `./test` starts one server for the whole run and sets its URL in `YOUKU_TEST_MYSQL`. Without the variable each test process
//! starts its own server when it first needs one. Both use `tests/mariadb.sh`.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// Exit status of `mariadb.sh` when MariaDB or openssl is not installed.
const NOT_INSTALLED: i32 = 69;

/// Where this process gets its server from.
enum Server {
    /// Named by the environment.
    Given { url: String },
    /// Started by this process. The server ends when the pipe closes; the kernel closes it when this process ends.
    Own { url: String, _alive: ChildStdin },
    /// Not installed.
    Missing,
}

/// The URL of this process's server, without a database name, or `None` if MariaDB is not installed.
///
/// The first call may start a server, which takes about a second, or announce on standard error that MariaDB is missing.
///
/// # Panics
///
/// If MariaDB is installed and does not start, or if it is missing and `YOUKU_REQUIRE_MYSQL=1` requires it.
pub fn url() -> Option<&'static str> {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::find).url()
}

/// The URL of a second server of this process, which reports the version of MySQL 8.0.11: no statement sent to it may use
/// `RETURNING`. `None` if MariaDB is not installed.
///
/// The first call starts it.
///
/// # Panics
///
/// As [`url`].
pub fn url_without_returning() -> Option<&'static str> {
    static SERVER: OnceLock<Server> = OnceLock::new();
    let start = || Server::start(&["--version=8.0.11"]);
    SERVER.get_or_init(start).url()
}

fn is_required() -> bool {
    std::env::var_os("YOUKU_REQUIRE_MYSQL").is_some_and(|value| value == "1")
}

impl Server {
    fn find() -> Self {
        match std::env::var("YOUKU_TEST_MYSQL") {
            Ok(url) => Self::Given {
                url: url.trim_end_matches('/').to_owned(),
            },
            Err(_) => Self::start(&[]),
        }
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Given { url } | Self::Own { url, .. } => Some(url),
            Self::Missing => {
                assert!(
                    !is_required(),
                    "`mariadbd` or `openssl` is not installed, but YOUKU_REQUIRE_MYSQL=1 asks for it"
                );
                None
            }
        }
    }

    /// Starts a server with these options in addition to its own.
    fn start(options: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/mariadb.sh");
        #[expect(
            clippy::zombie_processes,
            reason = "it ends after this process, so no code can wait for it"
        )]
        let mut child = Command::new(script)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`tests/mariadb.sh` is an executable shell script");
        let alive = child.stdin.take().expect("it was asked for");
        let stdout = child.stdout.take().expect("it was asked for");
        let mut url = String::new();
        BufReader::new(stdout)
            .read_line(&mut url)
            .expect("a URL is UTF-8");
        if url.is_empty() {
            let status = child.wait().expect("only this code waits for the child");
            assert_eq!(
                status.code(),
                Some(NOT_INSTALLED),
                "`tests/mariadb.sh` started no server"
            );
            announce_missing();
            return Self::Missing;
        }
        Self::Own {
            url: url.trim_end().to_owned(),
            _alive: alive,
        }
    }
}

/// Writes to standard error directly, because the test harness captures what `eprintln!` prints.
fn announce_missing() {
    if !is_required() {
        let text = "note: the tests on MySQL are left out: `mariadbd` or `openssl` is not installed (./test installs them)";
        // A note that cannot be shown must not fail the test.
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}
