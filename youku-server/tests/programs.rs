//! The two programs as a person starts them: arguments, pipes, signals.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot go on fails its test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

const PASSWORD: &str = "follow the white rabbit";

/// A running server that does not outlive its test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts `command` and reads the address from the line that it prints.
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        Self { child, address }
    }

    fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }

    /// A connection whose reads do not last for ever.
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `youku-server` with a data folder, and without the environment's options.
fn program(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_youku-server"));
    command
        .args(arguments)
        .arg("--data-dir")
        .arg(data.join("data"))
        .env("YOUKU_LOG", "off");
    command
}

fn serve(data: &Path) -> Command {
    program(
        &["serve", "--listen", "127.0.0.1:0", "--download-wait", "0"],
        data,
    )
}

/// Runs a program to its end with `input` on its standard input.
fn run(command: &mut Command, input: &str) -> Output {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn create_admin(data: &Path, password: &str) -> Output {
    let arguments = ["admin", "create", "--username", "admin", "--password-stdin"];
    run(&mut program(&arguments, data), &format!("{password}\n"))
}

fn menu(server: &Server, folder: &Path, lines: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_youku"));
    command
        .args(["--lang", "zh", "--server", &server.address, "--downloads"])
        .arg(folder);
    let output = run(&mut command, &lines.join("\n"));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_movie_goes_up_and_comes_down() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(create_admin(data, PASSWORD).status.success());
    let movie = data.join("电影.mp4");
    std::fs::write(&movie, vec![5; 700_000]).unwrap();
    let server = Server::start(&mut serve(data));

    let lines = [
        "1",
        "2",
        "admin",
        PASSWORD,
        "3",
        movie.to_str().unwrap(),
        "y",
        "q",
        "q",
    ];
    assert!(menu(&server, data, &lines).contains("上传成功"));
    let lines = [
        "2", "1", "neo", PASSWORD, PASSWORD, "2", "neo", PASSWORD, "5", "1", "7", "q", "q",
    ];
    let screen = menu(&server, &data.join("downloads"), &lines);
    assert!(screen.contains("下载成功"), "{screen}");
    let downloaded = std::fs::read(data.join("downloads/电影.mp4")).unwrap();
    assert!(
        downloaded == std::fs::read(&movie).unwrap(),
        "the bytes differ"
    );
    assert!(server.terminate().success());
}

#[test]
fn what_was_stored_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(&mut serve(data));
    let lines = ["2", "1", "neo", PASSWORD, PASSWORD, "q", "q"];
    assert!(menu(&server, data, &lines).contains("注册成功"));
    assert!(server.terminate().success());
    let server = Server::start(&mut serve(data));
    let lines = ["2", "2", "neo", PASSWORD, "q", "q"];
    assert!(menu(&server, data, &lines).contains("登录成功"));
}

#[test]
fn an_administrator_is_made_once_and_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(&mut serve(data));
    let created = create_admin(data, PASSWORD);
    assert!(created.status.success(), "{created:?}");
    assert!(menu(&server, data, &["1", "2", "admin", PASSWORD, "q", "q"]).contains("登录成功"));
    let again = create_admin(data, PASSWORD);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(again.stderr).unwrap(),
        "youku-server: a user of that name exists\n"
    );
    let short = create_admin(data, "short");
    assert_eq!(short.status.code(), Some(1));
}

#[test]
fn an_option_of_the_environment_opens_the_registration() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for (value, text) in [("1", "注册成功"), ("0", "没有权限")] {
        let server = Server::start(serve(data).env("YOUKU_OPEN_ADMIN_REGISTRATION", value));
        let name = format!("admin{value}");
        let screen = menu(
            &server,
            data,
            &["1", "1", &name, PASSWORD, PASSWORD, "", "q", "q"],
        );
        assert!(screen.contains(text), "{value}: {screen}");
        assert!(server.terminate().success());
    }
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(&mut serve(data));
    let taken = run(
        &mut program(&["serve", "--listen", &server.address], data),
        "",
    );
    assert_eq!(taken.status.code(), Some(1));
    let text = String::from_utf8(taken.stderr).unwrap();
    assert!(
        text.starts_with("youku-server: cannot listen on `127.0.0.1:"),
        "{text}"
    );
}

#[test]
fn running_out_of_descriptors_does_not_end_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let command = serve(folder.path());
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_str().unwrap())
        .collect();
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 64; exec \"$0\" \"$@\""]);
    limited
        .arg(command.get_program())
        .args(words)
        .env("YOUKU_LOG", "off");
    let server = Server::start(&mut limited);
    let crowd: Vec<TcpStream> = (0..100).map(|_| server.connect()).collect();
    drop(crowd);
    let mut stream = server.connect();
    stream
        .write_all(b"\x17\0\0\0{\"type\":\"check_notice\"}")
        .unwrap();
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    assert!(i32::from_le_bytes(length) > 0);
    assert!(server.terminate().success());
}
