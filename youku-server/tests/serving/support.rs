//! The program under test, and connections to it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use youku_server::{ClientTls, Connection, Fingerprint, Frame, Stream, Transport};

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const PASSWORD: &str = "follow the white rabbit";

/// A running server that does not outlive its test.
pub(crate) struct Server {
    child: Child,
    output: Receiver<String>,
    log: Receiver<String>,
}

impl Server {
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            output: lines(child.stdout.take().unwrap()),
            log: lines(child.stderr.take().unwrap()),
            child,
        }
    }

    /// The rest of the next line of the standard output, which begins with `start`.
    #[track_caller]
    pub(crate) fn says(&self, start: &str) -> String {
        let line = self.output.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|_| panic!("{:?}", self.log.try_iter().collect::<Vec<_>>()));
        let rest = line.strip_prefix(start).unwrap_or_else(|| panic!("{line}"));
        rest.to_owned()
    }

    /// The address without encryption, when it is the first.
    #[track_caller]
    pub(crate) fn address(&self) -> String {
        self.says("listening on ")
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, which it does by itself.
    pub(crate) fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// The next line of the log.
    #[track_caller]
    pub(crate) fn log_line(&self) -> String {
        self.log.recv_timeout(PATIENCE).unwrap()
    }

    /// The first line from here on in a log of JSON objects whose message is `message`.
    #[track_caller]
    pub(crate) fn logs(&self, message: &str) -> Value {
        loop {
            let line = serde_json::from_str::<Value>(&self.log_line()).unwrap();
            if line["fields"]["message"] == message {
                return line;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a pipe, which never fills up.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            // The receiver may be gone.
            let _ = sender.send(line);
        }
    });
    receiver
}

/// `youku-server COMMAND…` with a data folder, which sees nothing else of the environment.
pub(crate) fn program(command: &str, data: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_youku-server"));
    program
        .env_clear()
        .args(command.split(' '))
        .arg("--data-dir")
        .arg(data.join("data"));
    program
}

/// `youku-server serve` on a free port, with further arguments.
pub(crate) fn serve(data: &Path, arguments: &[&str]) -> Server {
    let mut command = program("serve --listen 127.0.0.1:0", data);
    Server::start(command.args(arguments))
}

/// A server that begins with a limit of 64 open files, set by `ulimit`.
pub(crate) fn limited(ulimit: &str, data: &Path, arguments: &str) -> Server {
    let served = program("serve --listen 127.0.0.1:0 --log off", data);
    let mut shell = Command::new("/bin/sh");
    shell.env_clear();
    shell.args(["-c", &format!("{ulimit} 64; exec \"$0\" \"$@\"")]);
    shell.arg(served.get_program()).args(served.get_args());
    Server::start(shell.args(arguments.split_whitespace()))
}

/// Runs a command to its end, and gives all that it wrote.
pub(crate) fn end(command: &mut Command) -> (Output, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output, String::from_utf8(text).unwrap())
}

pub(crate) async fn connect(address: &str) -> TcpStream {
    let connected = timeout(PATIENCE, TcpStream::connect(address)).await;
    connected.unwrap().unwrap()
}

pub(crate) async fn open(address: &str) -> Connection<TcpStream> {
    Connection::new(connect(address).await, PATIENCE)
}

pub(crate) async fn encrypted(
    address: &str,
    fingerprint: &Fingerprint,
) -> Option<Connection<Transport>> {
    let tls = ClientTls::pinned(*fingerprint).unwrap();
    let connected = tls.connect("localhost", connect(address).await).await;
    Some(Connection::new(connected.ok()?, PATIENCE))
}

/// The reply to a request; `None` when the connection is closed instead.
pub(crate) async fn ask<S: Stream>(
    connection: &mut Connection<S>,
    request: Value,
) -> Option<Value> {
    let request = Frame::encode(&request).unwrap();
    connection.write_frame(&request).await.ok()?;
    let reply = timeout(PATIENCE, connection.read_frame(1 << 20, PATIENCE)).await;
    let reply = reply.expect("no reply and no close").ok()??;
    Some(serde_json::from_slice(&reply).unwrap())
}

/// Whether the connection is one over which frames are answered.
pub(crate) async fn is_served<S: Stream>(connection: &mut Connection<S>) -> bool {
    let request = serde_json::json!({"type": "check_notice"});
    ask(connection, request).await.is_some()
}
