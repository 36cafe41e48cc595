//! The programs of `examples/`, started as a user starts them.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use crate::source::root;

/// How long a read may take. It is far above what any read needs, so that a hang becomes a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// The example called `name`, built from the sources as they are now.
///
/// With a filter such as `--test examples` cargo does not build examples, so the first call asks cargo to build them all. It names
/// the whole workspace with all features, so that everything is built in the same way as for the tests.
///
/// # Panics
///
/// If the examples do not build.
pub fn example(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(build_all).join(name)
}

/// Builds all examples and returns the folder of their programs.
fn build_all() -> PathBuf {
    let test = std::env::current_exe().expect("the system knows the path of this test");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("a test lies in `deps` of its profile's folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--workspace", "--all-features"])
        .arg("--examples")
        .current_dir(root());
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    // Cargo describes the package of this test by these. The build script of `ring` reads them: with them it would run again, and
    // everything that depends on `ring` would be built again, now and at the next `cargo test`.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let describes = ["CARGO_PKG_", "CARGO_MANIFEST_", "OUT_DIR"];
        if describes.iter().any(|start| text.starts_with(start)) {
            cargo.env_remove(&name);
        }
    }
    let built = cargo.status().expect("cargo runs, for it runs this test");
    assert!(built.success(), "the examples do not build");
    profile.join("examples")
}

/// An example that runs as a server and is stopped when its test ends.
pub struct Serving {
    child: Child,
    /// The address it listens on.
    pub address: String,
}

impl Serving {
    /// Starts the example called `name` with `127.0.0.1:0` as its first argument, followed by `arguments`. Waits until it
    /// listens, which it reports by the line `listening on ADDRESS` on its standard output.
    ///
    /// # Panics
    ///
    /// If it does not build, or ends without that line.
    pub fn start<A: AsRef<Path>>(name: &str, arguments: &[A]) -> Self {
        let mut child = Command::new(example(name))
            .arg("127.0.0.1:0")
            .args(arguments.iter().map(AsRef::as_ref))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // Its log lines about each client would hide the output of the tests.
            .stderr(Stdio::null())
            .spawn()
            .expect("it has just been built");
        let output = child.stdout.take().expect("it is piped");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the example writes text");
        let address = line.trim().strip_prefix("listening on ");
        let address = address.unwrap_or_else(|| panic!("`{name}` says `{line}`"));
        let address = address.to_owned();
        Self { child, address }
    }

    /// A connection with a timeout on its reads.
    ///
    /// # Panics
    ///
    /// If the connection is refused.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("the example listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("the time is not zero");
        stream
    }

    /// Runs a Python program to its end, with host and port as its first arguments, followed by `arguments`. Returns what it
    /// prints, or `None`, with a note on standard error, if Python is not installed.
    ///
    /// # Panics
    ///
    /// If the program fails, or if Python is not installed and `CI` is set.
    pub fn python(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let (host, port) = self.address.rsplit_once(':').expect("it has a port");
        let output = Command::new("python3")
            .args(["-c", program, host, port])
            .args(arguments)
            .output();
        let output = match output {
            Ok(output) => output,
            Err(error) if std::env::var_os("CI").is_none() => {
                eprintln!("left out, for `python3` does not run: {error}");
                return None;
            }
            Err(error) => panic!("the tests in CI need `python3`: {error}"),
        };
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Some(String::from_utf8(output.stdout).expect("the program prints text"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
