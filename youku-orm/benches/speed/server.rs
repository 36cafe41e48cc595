//! A private MariaDB, which ends with this process.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A server that runs until this is dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    process: Child,
    alive: Option<ChildStdin>,
}

impl Server {
    /// Starts one; `None` where MariaDB is not installed.
    pub(crate) fn start() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/mariadb.sh");
        let mut process = Command::new(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`tests/mariadb.sh` is an executable shell script");
        let alive = process.stdin.take();
        let stdout = process.stdout.take().expect("it was asked for");
        let mut url = String::new();
        let read = BufReader::new(stdout).read_line(&mut url);
        read.expect("a URL is UTF-8");
        let server = Self {
            url: url.trim().to_owned(),
            process,
            alive,
        };
        (!server.url.is_empty()).then_some(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The script ends the server when nobody can write to it any more.
        drop(self.alive.take());
        let _ = self.process.wait();
    }
}
