//! The programs that are compared.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workload::{Case, Figure, Workload};

/// The other libraries, whose programs are called `speed-of-` and this.
const LIBRARIES: [&str; 5] = ["diesel", "diesel-async", "sea-orm", "sqlx", "toasty"];

/// A program that answers cases.
pub struct Contender {
    /// As in the tables.
    pub name: &'static str,
    program: PathBuf,
    arguments: Vec<&'static str>,
    has_taskset: bool,
}

/// All of them for one database. The first, code written by hand for the driver, is what the others are
/// compared with.
pub fn contenders(driver: &'static str, speed: &Path, programs: &Path) -> Vec<Contender> {
    let possible = Command::new("taskset").args(["-c", "0", "true"]).status();
    let has_taskset = possible.is_ok_and(|status| status.success());
    let own = [driver, "youku"].map(|name| Contender {
        name,
        program: speed.to_owned(),
        arguments: vec!["serve", name],
        has_taskset,
    });
    let others = LIBRARIES.map(|name| Contender {
        name,
        program: programs.join(format!("speed-of-{name}")),
        arguments: Vec::new(),
        has_taskset,
    });
    own.into_iter().chain(others).collect()
}

/// Seconds after which a contender is taken to hang; a case takes one or two.
const LIMIT: &str = "60";

impl Contender {
    /// Asks it for a case, in a process of its own, so that none finds the memory of another. `None` where
    /// it has no way to do it, and where it fails or hangs, which is reported.
    pub fn ask(&self, case: Case, url: &str) -> Option<Figure> {
        let mut command = Command::new("timeout");
        command.arg(LIMIT);
        let waits = !matches!(case.workload, Workload::FindTasks | Workload::Neighbour);
        if waits && url.starts_with("mysql:") && self.has_taskset {
            // On the core of the server; see `run.sh`.
            command.args(["taskset", "-c", "0"]);
        }
        let mut child = command
            .arg(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.program.display()));
        let mut input = child.stdin.take().expect("it was asked for");
        writeln!(input, "{case} {url}").expect("it reads a line");
        drop(input);
        let output = child.wait_with_output().expect("it is our child");
        let answer = String::from_utf8(output.stdout).expect("figures are ASCII");
        let mut words = answer.split_whitespace();
        match words.next() {
            Some("-") => None,
            Some(nanos) => Some(Figure {
                nanos: nanos.parse().expect("a figure is a number"),
                bytes: words
                    .next()
                    .map(|bytes| bytes.parse().expect("it is a number")),
            }),
            None => {
                eprintln!("{} has no answer to {case}: {}", self.name, output.status);
                None
            }
        }
    }
}
