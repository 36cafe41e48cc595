//! The two programs as a person starts them: arguments, pipes, signals.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failed step fails its test")]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

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
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that sees only `PATH` of the environment. It sees none of its options there, so a test
/// cannot touch a database that the developer's environment names.
fn bare(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// `youku-server` with a data folder.
fn program(arguments: &[&str], data: &Path) -> Command {
    let mut command = bare(env!("CARGO_BIN_EXE_youku-server"));
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

/// Asserts that a command failed, and what it wrote.
#[track_caller]
fn fails(output: &Output, text: &str, error: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), text);
    let written = String::from_utf8_lossy(&output.stderr);
    assert_eq!(written, format!("youku-server: {error}\n"));
}

/// Asserts that a command did its work, and what it wrote.
#[track_caller]
fn writes(output: &Output, text: &str) {
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), text);
}

/// Runs a command about administrators as, or for, `admin`.
fn admin(command: &str, data: &Path, password: &str) -> Output {
    let arguments = ["admin", command, "--username", "admin", "--password-stdin"];
    run(&mut program(&arguments, data), &format!("{password}\n"))
}

fn menu(server: &Server, folder: &Path, lines: &[&str]) -> String {
    let mut command = bare(env!("CARGO_BIN_EXE_youku"));
    command
        .args(["--lang", "zh", "--server", &server.address, "--downloads"])
        .arg(folder);
    let output = run(&mut command, &lines.join("\n"));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_movie_is_uploaded_and_downloaded() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(admin("create", data, PASSWORD).status.success());
    let movie = data.join("电影.mp4");
    std::fs::write(&movie, vec![5; 700_000]).unwrap();
    let server = Server::start(&mut serve(data));

    let path = movie.to_str().unwrap();
    let lines = ["1", "2", "admin", PASSWORD, "3", path, "y", "q", "q"];
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
fn stored_data_survives_a_restart() {
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
fn an_administrator_is_created_once_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(&mut serve(data));
    let created = admin("create", data, PASSWORD);
    writes(&created, "administrator `admin` created, id 1\n");
    assert!(menu(&server, data, &["1", "2", "admin", PASSWORD, "q", "q"]).contains("登录成功"));
    let again = admin("create", data, PASSWORD);
    let exists = "a user with that name already exists; choose another name";
    fails(&again, "", exists);
    let short = admin("create", data, "short");
    fails(&short, "", "`password` must have 8 to 256 characters");
}

#[test]
fn an_invite_registers_one_administrator() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(admin("create", data, PASSWORD).status.success());
    let refused = admin("invite", data, "not the password");
    fails(&refused, "", "user name or password is wrong");
    let made = admin("invite", data, PASSWORD);
    assert!(made.status.success(), "{made:?}");
    let text = String::from_utf8(made.stdout).unwrap();
    let (first, second) = text.split_once('\n').unwrap();
    let code = first.strip_prefix("invite ").unwrap();
    assert!(second.starts_with("valid until 2"), "{text}");
    let server = Server::start(&mut serve(data));
    for (name, answer) in [("trinity", "注册成功"), ("smith", "邀请码无效")] {
        let lines = ["1", "1", name, PASSWORD, PASSWORD, code, "q", "q"];
        let screen = menu(&server, data, &lines);
        assert!(screen.contains(answer), "{name}: {screen}");
    }
}

#[test]
fn a_forgotten_password_is_reset() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(admin("create", data, PASSWORD).status.success());
    let another = "down the rabbit hole";
    let server = Server::start(&mut serve(data));
    let reset = admin("reset-password", data, another);
    let changed = "password of `admin` changed; their sessions have ended\n";
    writes(&reset, changed);
    for (password, answer) in [(PASSWORD, "用户名或密码错误"), (another, "登录成功")] {
        let screen = menu(&server, data, &["1", "2", "admin", password, "q", "q"]);
        assert!(screen.contains(answer), "{password}: {screen}");
    }
    let mut unknown = program(&["admin", "reset-password", "--username", "smith"], data);
    let refused = run(unknown.arg("--password-stdin"), another);
    fails(&refused, "", "there is no such user");
}

#[test]
fn a_damaged_movie_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(admin("create", data, PASSWORD).status.success());
    let movie = data.join("a.mp4");
    std::fs::write(&movie, "all the bytes").unwrap();
    let server = Server::start(&mut serve(data));
    let path = movie.to_str().unwrap();
    let lines = ["1", "2", "admin", PASSWORD, "3", path, "y", "q", "q"];
    assert!(menu(&server, data, &lines).contains("上传成功"));
    let consistent = "OK: the database and the movie storage are consistent\n";
    let whole = run(&mut program(&["check", "--verify"], data), "");
    writes(&whole, &format!("verified movies: 1\n{consistent}"));
    let objects = std::fs::read_dir(data.join("data/movies/objects")).unwrap();
    for object in objects {
        std::fs::write(object.unwrap().path(), "All the bytes").unwrap();
    }
    writes(&run(&mut program(&["check"], data), ""), consistent);
    let damaged = run(&mut program(&["check", "--verify"], data), "");
    let found = "damaged: movie 1, `a.mp4`: the bytes do not match the SHA-256\n";
    let hint = "the bytes of some movies have changed: bring them back from a backup, or delete these movies and upload them again";
    fails(&damaged, &format!("verified movies: 0\n{found}"), hint);
}

#[test]
fn the_prices_are_options() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(admin("create", data, PASSWORD).status.success());
    let movie = data.join("a.mp4");
    std::fs::write(&movie, "all the bytes").unwrap();
    let mut command = serve(data);
    command
        .args(["--price", "1234"])
        .env("YOUKU_MEMBER_PRICE", "5");
    let server = Server::start(&mut command);
    let path = movie.to_str().unwrap();
    let lines = ["1", "2", "admin", PASSWORD, "3", path, "n", "q", "q"];
    assert!(menu(&server, data, &lines).contains("上传成功"));
    for (name, buys, price) in [
        ("neo", "n", "本次扣费 12.34 元\n"),
        ("trinity", "y", "本次扣费 0.05 元\n"),
    ] {
        let lines = [
            "2", "1", name, PASSWORD, PASSWORD, "2", name, PASSWORD, "4", buys, "6", "1", "y", "q",
            "q",
        ];
        let screen = menu(&server, &data.join("downloads"), &lines);
        assert!(screen.contains(price), "{name}: {screen}");
    }
}

#[test]
fn an_environment_variable_opens_the_registration_of_administrators() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for (value, text) in [("1", "注册成功"), ("0", "注册需要邀请码")] {
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
