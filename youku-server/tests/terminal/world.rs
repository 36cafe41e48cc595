//! A service and its server for each test, inside this process, and programs that talk to it.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use pty_process::blocking::Command;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use youku_core::{
    Begin, Builder, Credentials, Kind, NewMovie, PasswordCost, Payments, Policy, Registration,
    Role, Youku,
};
use youku_server::{Client, Listener, Options, ServerTls, client};

use crate::screen::Terminal;

pub(crate) const PASSWORD: &str = "follow the white rabbit";

pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) address: String,
    youku: Youku,
    pub(crate) runtime: Runtime,
}

impl World {
    /// A server whose downloads wait for `wait` seconds, with the administrator `admin`.
    pub(crate) fn new(wait: u64) -> Self {
        Self::open(service(wait), Listener::new)
    }

    /// A server that speaks TLS.
    pub(crate) fn encrypted(tls: ServerTls) -> Self {
        Self::open(service(0), |socket| Listener::new(socket).tls(tls))
    }

    /// A server whose payments go through `payments`.
    pub(crate) fn paid_through(payments: impl Payments) -> Self {
        Self::open(service(0).payments(payments), Listener::new)
    }

    fn open(service: Builder, listener: impl FnOnce(TcpListener) -> Listener) -> Self {
        let runtime = Runtime::new().unwrap();
        let (youku, address) = runtime.block_on(async {
            let youku = service.open().await.unwrap();
            youku.create_admin(registration("admin")).await.unwrap();
            let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = socket.local_addr().unwrap().to_string();
            let server = youku.clone();
            tokio::spawn(youku_server::run(
                listener(socket),
                server,
                Options::default(),
                std::future::pending(),
            ));
            (youku, address)
        });
        Self {
            folder: tempfile::tempdir().unwrap(),
            address,
            youku,
            runtime,
        }
    }

    pub(crate) fn register(&self, username: &str) {
        let registered = self.youku.register(registration(username));
        self.runtime.block_on(registered).unwrap();
    }

    /// Lists a movie of these bytes.
    pub(crate) fn add_movie(&self, name: &str, kind: Kind, bytes: &[u8]) {
        self.runtime.block_on(async {
            let credentials = Credentials {
                username: "admin".into(),
                password: PASSWORD.into(),
                role: Some(Role::Admin),
                peer: String::new(),
            };
            let session = self.youku.login(credentials).await.unwrap();
            let admin = session.admin().await.unwrap();
            let movie = NewMovie {
                kind,
                ..new_movie(name, bytes.len() as u64)
            };
            let Begin::Open(mut upload) = admin.upload(movie).await.unwrap() else {
                panic!("`{name}` is there already")
            };
            upload.write(bytes).await.unwrap();
            upload.finish().await.unwrap();
        });
    }

    /// Opens an upload of the administrator and returns its id.
    pub(crate) fn open_upload(&self, name: &str, size: u64) -> String {
        self.runtime.block_on(async {
            let mut client = Client::connect(&self.address).await.unwrap();
            client.login("admin", PASSWORD, None).await.unwrap();
            match client.open_upload(&new_movie(name, size)).await.unwrap() {
                client::Begin::Open(upload) => upload.id,
                client::Begin::Exists(_) => panic!("`{name}` is there already"),
            }
        })
    }

    /// Runs `youku` with these arguments to its end, with `input` on its standard input.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Output {
        self.run_with(arguments, input, &[])
    }

    /// The same with these variables.
    pub(crate) fn run_with(
        &self,
        arguments: &[&str],
        input: &str,
        variables: &[(&str, &str)],
    ) -> Output {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_youku"))
            .env_clear()
            .env("HOME", self.folder.path())
            .envs(variables.iter().copied())
            .args(["--server", &self.address, "--downloads"])
            .arg(self.downloads())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut keyboard = child.stdin.take().unwrap();
        // Most commands read nothing, and may have ended already.
        let _ = keyboard.write_all(input.as_bytes());
        drop(keyboard);
        child.wait_with_output().unwrap()
    }

    /// `youku` with these arguments in a terminal, talking to `server`.
    pub(crate) fn terminal_to(&self, server: &str, arguments: &[&str], columns: u16) -> Terminal {
        Terminal::start(self.program(server, arguments), columns)
    }

    /// `youku` with these arguments, talking to `server`.
    pub(crate) fn program(&self, server: &str, arguments: &[&str]) -> Command {
        Command::new(env!("CARGO_BIN_EXE_youku"))
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("HOME", self.folder.path())
            .env("TZ", "UTC")
            .args(["--server", server, "--downloads"])
            .arg(self.downloads())
            .args(arguments)
    }

    /// The menus in a terminal.
    pub(crate) fn terminal(&self, language: &str, columns: u16) -> Terminal {
        self.terminal_to(&self.address, &["--lang", language], columns)
    }

    pub(crate) fn downloads(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("downloads")
    }
}

/// A service in memory, at which membership costs 30 yuan.
fn service(wait: u64) -> Builder {
    let policy = Policy {
        download_wait: std::time::Duration::from_secs(wait),
        membership_price_fen: 3000,
        password_cost: PasswordCost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        },
        ..Policy::default()
    };
    let builder = Youku::builder().database("sqlite::memory:");
    builder.movies("memory:///").policy(policy)
}

fn new_movie(name: &str, size: u64) -> NewMovie {
    NewMovie {
        name: name.into(),
        size,
        kind: Kind::Free,
        sha256: None,
        hint: None,
    }
}

fn registration(username: &str) -> Registration {
    Registration {
        username: username.into(),
        password: PASSWORD.into(),
    }
}
