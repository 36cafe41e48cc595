//! The MariaDB of a test run, and databases on it.
//!
//! `./test` starts one server for the whole run and names it in `YOUKU_TEST_MYSQL`. Where the variable is absent each test process
//! starts its own when it first needs one. Either way `tests/mariadb.sh` does it.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};

/// Exit status of `mariadb.sh` when MariaDB is not installed.
const NOT_INSTALLED: i32 = 69;

/// Where this process finds its server.
enum Server {
    /// Named by the environment.
    Given { url: String },
    /// Started by this process. The server ends when the pipe closes, which the kernel sees to.
    Own { url: String, _alive: ChildStdin },
    /// Not installed.
    Missing,
}

/// The URL of this process's server, without a database name; nothing when MariaDB is not installed.
///
/// The first call may start a server, which takes about a second, or announce on standard error that there is none.
///
/// # Panics
///
/// When MariaDB is installed and does not start, or when it is missing and `YOUKU_REQUIRE_MYSQL=1` asks for it.
pub fn url() -> Option<&'static str> {
    static SERVER: OnceLock<Server> = OnceLock::new();
    match SERVER.get_or_init(Server::find) {
        Server::Given { url } | Server::Own { url, .. } => Some(url),
        Server::Missing => {
            assert!(
                !is_required(),
                "`mariadbd` is not installed, but YOUKU_REQUIRE_MYSQL=1 asks for it"
            );
            None
        }
    }
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
            Err(_) => Self::start(),
        }
    }

    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/mariadb.sh");
        #[expect(
            clippy::zombie_processes,
            reason = "it ends after this process, which nobody can then wait for"
        )]
        let mut child = Command::new(script)
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
            let status = child
                .wait()
                .expect("it is our child and nobody else waits for it");
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

/// Standard error itself is written to, because the test harness holds back what `eprintln!` says.
fn announce_missing() {
    if !is_required() {
        let text = "note: the tests on MySQL are left out: `mariadbd` is not installed (./test installs it)";
        // A note that cannot be shown is no reason to fail.
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

/// A database of the server, dropped with this value.
#[derive(Debug)]
pub struct Schema {
    name: String,
    url: String,
}

impl Schema {
    /// Creates an empty database under a name that no other test has.
    ///
    /// # Panics
    ///
    /// When there is no server or it refuses.
    pub fn create() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let server = url().expect("the caller asked `Backend::is_available`");
        let time = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("the clock is past 1970")
            .as_micros();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("youku_test_{}_{time}_{count}", std::process::id());
        administer(async |server| server.query_drop(format!("CREATE DATABASE `{name}`")).await)
            .expect("the server creates a database");
        Self {
            url: format!("{server}/{name}"),
            name,
        }
    }

    /// The URL of this database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let name = &self.name;
        let dropped = administer(async |server| {
            // A connection that a failed test left inside a transaction would hold its tables for good.
            let open = format!("SELECT id FROM information_schema.processlist WHERE db = '{name}'");
            for id in server.query::<u64, _>(open).await? {
                // It may have ended by itself in between.
                let _ = server.query_drop(format!("KILL {id}")).await;
            }
            server.query_drop(format!("DROP DATABASE `{name}`")).await
        });
        if let Err(error) = dropped {
            // Panicking here while a failed test unwinds would hide the test's own message.
            let _ = writeln!(
                std::io::stderr(),
                "note: test database `{name}` stays: {error}"
            );
        }
    }
}

/// Runs `work` on a connection of its own, in a thread and runtime of its own: the caller may be a destructor, inside a
/// runtime that is ending.
fn administer<T: Send>(
    work: impl AsyncFnOnce(&mut Conn) -> mysql_async::Result<T> + Send,
) -> mysql_async::Result<T> {
    let blocking = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime needs an epoll descriptor")
            .block_on(async {
                let server = url().expect("the caller asked `Backend::is_available`");
                let mut connection = Conn::new(Opts::from_url(server)?).await?;
                let result = work(&mut connection).await?;
                connection.disconnect().await?;
                Ok(result)
            })
    };
    std::thread::scope(|scope| scope.spawn(blocking).join()).expect("nothing in the thread panics")
}
