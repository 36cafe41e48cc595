//! Admits clients that know a secret, and answers what they send in upper case.
//!
//! ```text
//! cargo run --example handshake 127.0.0.1:9999 [-- --secret TEXT]
//! ```
//!
//! It works with the clients in introductions to sockets: the server sends 32 random bytes, and the client answers with their
//! HMAC-MD5 under the secret. After that, what one `recv` returns is a message, with or without a newline. Bytes `a` to `z`
//! become `A` to `Z`, as in Python's `bytes.upper`; all other bytes, including those of Chinese characters, stay the same.
//!
//! The built-in secret is public. The secret decides who may talk; it does not encrypt the messages.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use youku_server::{CHALLENGE_TIME, Connection, ConnectionError, SharedSecret};

/// The secret that the clients in those introductions use.
const SAMPLE_SECRET: &str = "Jedan has a big key!";

/// The most clients that may be connected at once.
const CLIENTS: usize = 256;

/// The most bytes that are read at a time.
const MESSAGE_BYTES: usize = 1024;

/// How long a client may send nothing, or not read its answer.
const SILENCE: Duration = Duration::from_secs(300);

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (address, secret) = match arguments[..] {
        [address] => (address, SAMPLE_SECRET),
        [address, "--secret", secret] => (address, secret),
        _ => {
            eprintln!("usage: handshake ADDRESS [--secret TEXT], such as 127.0.0.1:9999");
            std::process::exit(2);
        }
    };
    let secret = SharedSecret::md5(secret);
    let listener = youku_examples::listen(address).await?;
    youku_examples::serve_each(listener, CLIENTS, |stream| serve(stream, secret.clone())).await;
    Ok(())
}

async fn serve(stream: TcpStream, secret: SharedSecret) {
    let peer = stream.peer_addr().map(|peer| peer.to_string());
    let peer = peer.unwrap_or_default();
    match talk(stream, &secret).await {
        Ok(()) | Err(ConnectionError::Closed) => eprintln!("{peer} leaves"),
        Err(error) => eprintln!("{peer} is cut off: {error}"),
    }
}

/// Serves one client until its connection ends.
async fn talk(mut stream: TcpStream, secret: &SharedSecret) -> Result<(), ConnectionError> {
    stream.set_nodelay(true)?;
    match timeout(CHALLENGE_TIME, secret.challenge(&mut stream)).await {
        Ok(answered) => answered?,
        Err(_) => return Err(ConnectionError::WrongAnswer),
    }
    let mut connection = Connection::new(stream, SILENCE);
    let mut piece = [0; MESSAGE_BYTES];
    loop {
        let read = connection.read_body(&mut piece).await?;
        let message = &mut piece[..read];
        message.make_ascii_uppercase();
        connection.write_body(message).await?;
    }
}
