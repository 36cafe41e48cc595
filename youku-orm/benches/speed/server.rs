//! A private MariaDB, which ends with this process.
//!
//! It runs on one core, and so does a contender that waits while the server works. Left alone, the kernel has the two on one
//! core in one process and on two in the next, where each is woken by the other: the same case then takes 40 µs or 90 µs,
//! with every contender.

use std::io::{BufRead, BufReader};
use std::path::Path;
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
        let mut process = on_core_of_server(script.as_ref(), true)
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

/// A command that runs on the server's core, if wanted and where Linux's `taskset` is at hand.
pub(crate) fn on_core_of_server(program: &Path, wanted: bool) -> Command {
    let possible = || Command::new("taskset").args(["-c", "0", "true"]).status();
    if !wanted || !possible().is_ok_and(|status| status.success()) {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(program);
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        // The script ends the server when no process can write to it any more.
        drop(self.alive.take());
        let _ = self.process.wait();
    }
}
