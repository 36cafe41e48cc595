//! The servers that are measured, started and ended.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Result;

pub const PASSWORD: &str = "follow the white rabbit";

/// A server that does not outlive its measurement.
pub struct Server {
    child: Child,
    /// `HOST:PORT`, without TLS and, where there is one, with it.
    pub plain: String,
    pub tls: String,
}

impl Server {
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx ends its workers when it is told so, and not when it is killed.
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        if told.is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Starts `youku-server` over the data in `folder`, with an administrator `admin`.
pub fn youku(program: &str, folder: &Path) -> Result<Server> {
    let data = folder.join("youku");
    if !data.exists() {
        let mut admin = Command::new(program)
            .args([
                "admin",
                "create",
                "--username",
                "admin",
                "--password-stdin",
                "--data-dir",
            ])
            .arg(&data)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut input = admin.stdin.take().ok_or("no standard input")?;
        writeln!(input, "{PASSWORD}")?;
        drop(input);
        if !admin.wait()?.success() {
            return Err("no administrator was made".into());
        }
    }
    let mut child = Command::new(program)
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--listen-tls",
            "127.0.0.1:0",
        ])
        .args([
            "--tls-self-signed",
            "--download-wait",
            "0",
            "--login-rate",
            "0",
        ])
        .args([
            "--max-connections",
            "30000",
            "--max-connections-per-address",
            "30000",
        ])
        .args(["--log", "error", "--data-dir"])
        .arg(&data)
        .stdout(Stdio::piped())
        .spawn()?;
    // Two addresses and the fingerprint of the certificate.
    let lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
    let mut addresses = Vec::new();
    for line in lines.take(3) {
        let line = line?;
        addresses.extend(line.strip_prefix("listening on ").map(|line| {
            let address = line.split(' ').next();
            address.unwrap_or_default().to_owned()
        }));
    }
    let [plain, tls] = addresses
        .try_into()
        .map_err(|_| "the server did not start")?;
    Ok(Server { child, plain, tls })
}

/// The certificate of [`youku`], which the others use too, and its key.
pub fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let data = folder.join("youku");
    (
        data.join("self-signed.pem"),
        data.join("self-signed-key.pem"),
    )
}

/// Starts nginx with `sendfile on` over the files in `files`, and with connections that are spread over its workers:
/// left alone, one of them takes those that come together.
pub fn nginx(folder: &Path, files: &Path) -> Result<Server> {
    let (certificate, key) = certificate(folder);
    let ports = [free_port()?, free_port()?];
    let configuration = format!(
        "user root; worker_processes auto; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n\
         events {{ worker_connections 4096; }}\n\
         http {{ access_log off; sendfile on; tcp_nodelay on; root {files};\n\
         server {{ listen 127.0.0.1:{plain} reuseport; listen 127.0.0.1:{tls} ssl reuseport;\n\
         ssl_certificate {certificate}; ssl_certificate_key {key}; }} }}\n",
        folder = folder.display(),
        files = files.display(),
        plain = ports[0],
        tls = ports[1],
        certificate = certificate.display(),
        key = key.display(),
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, configuration)?;
    let child = Command::new("nginx").arg("-c").arg(&path).spawn()?;
    let [plain, tls] = ports.map(|port| format!("127.0.0.1:{port}"));
    wait_for(&plain)?;
    Ok(Server { child, plain, tls })
}

/// Starts dufs, which takes uploads by PUT.
pub fn dufs(program: &str, folder: &Path) -> Result<Server> {
    let port = free_port()?;
    let child = Command::new(program)
        .args([
            "--allow-upload",
            "--bind",
            "127.0.0.1",
            "--port",
            &port.to_string(),
        ])
        .arg(folder)
        .stdout(Stdio::null())
        .spawn()?;
    let plain = format!("127.0.0.1:{port}");
    wait_for(&plain)?;
    let tls = String::new();
    Ok(Server { child, plain, tls })
}

/// Starts this program as one of the [`handwritten`](crate::handwritten) servers, which prints its address.
pub fn handwritten(arguments: [&str; 2]) -> Result<Server> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
    let (plain, tls) = (line.trim().to_owned(), String::new());
    Ok(Server { child, plain, tls })
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

fn wait_for(address: &str) -> Result {
    for _ in 0..500 {
        if std::net::TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(format!("no server listens on {address}").into())
}
