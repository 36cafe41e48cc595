//! The other side: frames and HTTP by hand over blocking sockets, with TLS or without.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use crate::Result;
use crate::contender::PASSWORD;

pub trait Duplex: Read + Write + Send {}

impl<T: Read + Write + Send> Duplex for T {}

/// How many bytes are read or written at once.
pub const PIECE: usize = 256 * 1024;

pub fn plain(address: &str) -> Result<Box<dyn Duplex>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    Ok(Box::new(stream))
}

pub fn config(certificate: &Path) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

pub fn tls(address: &str, config: &Arc<ClientConfig>) -> Result<Box<dyn Duplex>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    let name = ServerName::try_from("localhost")?;
    let connection = ClientConnection::new(config.clone(), name)?;
    Ok(Box::new(StreamOwned::new(connection, stream)))
}

/// A request of the wire protocol, in one write.
pub fn frame(request: &Value) -> Vec<u8> {
    let text = request.to_string();
    let length = i32::try_from(text.len()).unwrap_or(i32::MAX);
    [&length.to_le_bytes(), text.as_bytes()].concat()
}

pub fn ask(stream: &mut dyn Duplex, request: &Value) -> Result<Value> {
    Ok(serde_json::from_slice(&ask_raw(stream, request)?[4..])?)
}

/// The reply as it came, with its length.
pub fn ask_raw(stream: &mut dyn Duplex, request: &Value) -> Result<Vec<u8>> {
    stream.write_all(&frame(request))?;
    stream.flush()?;
    let mut reply = vec![0; 4];
    stream.read_exact(&mut reply)?;
    let length = i32::from_le_bytes([reply[0], reply[1], reply[2], reply[3]]);
    reply.resize(4 + usize::try_from(length)?, 0);
    stream.read_exact(&mut reply[4..])?;
    Ok(reply)
}

/// Logs the administrator in and returns the session, which lasts as long as the stream.
pub fn log_in(stream: &mut dyn Duplex) -> Result<String> {
    let request = json!({
        "type": "login", "username": "admin", "password": PASSWORD, "user_type": "admin",
    });
    let reply = ask(stream, &request)?;
    let session = reply["session"].as_str();
    Ok(session
        .ok_or_else(|| format!("no log-in: {reply}"))?
        .to_owned())
}

/// Uploads `size` bytes, which are `piece` over and over.
pub fn upload(
    stream: &mut dyn Duplex,
    session: &str,
    name: &str,
    piece: &[u8],
    size: u64,
) -> Result<Value> {
    let request = json!({
        "type": "upload_movie", "cookies": session, "movie_name": name, "movie_size": size,
        "movie_md5": name, "is_free": 0,
    });
    stream.write_all(&frame(&request))?;
    send(stream, piece, size)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut text = vec![0; usize::try_from(i32::from_le_bytes(length))?];
    stream.read_exact(&mut text)?;
    let reply: Value = serde_json::from_slice(&text)?;
    match reply["flag"] == true {
        true => Ok(reply),
        false => Err(format!("no upload: {reply}").into()),
    }
}

/// Sends `size` bytes, which are `piece` over and over.
pub fn send(stream: &mut dyn Duplex, piece: &[u8], size: u64) -> Result {
    let mut left = size;
    while left > 0 {
        let now = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        stream.write_all(&piece[..now])?;
        left -= now as u64;
    }
    Ok(stream.flush()?)
}

/// Reads `left` bytes and throws them away.
pub fn receive(stream: &mut dyn Duplex, mut left: u64) -> Result {
    let mut buffer = vec![0; PIECE];
    while left > 0 {
        match stream.read(&mut buffer)? {
            0 => return Err(format!("{left} bytes are missing").into()),
            read => left = left.saturating_sub(read as u64),
        }
    }
    Ok(())
}

/// Asks an HTTP server for a file and reads the head of its answer.
pub fn get(stream: &mut dyn Duplex, path: &str) -> Result {
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    stream.flush()?;
    let head = head(stream)?;
    match head.starts_with("HTTP/1.1 200") {
        true => Ok(()),
        false => Err(format!("no file: {head}").into()),
    }
}

/// Uploads to an HTTP server.
pub fn put(stream: &mut dyn Duplex, path: &str, piece: &[u8], size: u64) -> Result {
    write!(
        stream,
        "PUT /{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    )?;
    send(stream, piece, size)?;
    let head = head(stream)?;
    match head.starts_with("HTTP/1.1 20") {
        true => Ok(()),
        false => Err(format!("no upload: {head}").into()),
    }
}

/// The head of an answer, read byte by byte so that nothing of its body is.
fn head(stream: &mut dyn Duplex) -> Result<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8(head)?)
}
