//! A chat of many clients at once: each message is answered to its sender and relayed to all the others.
//!
//! ```text
//! cargo run --example chat 127.0.0.1:8001
//! ```
//!
//! It works with clients that send what a person types and print what one `recv` returns, like those in introductions to
//! `socketserver`. A message is bytes without a length or a newline; the answer and the relayed message are the same bytes.
//! Without such a client, use `nc 127.0.0.1 8001`.
//!
//! Every bound is a constant below. A client that sends nothing for five minutes, or does not read the messages of the others,
//! is disconnected.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio::time::{Instant, sleep, timeout};
use youku_server::{Connection, ConnectionError};

/// The most clients that may be connected at once.
const CLIENTS: usize = 256;

/// The longest message, in bytes: a longer one is relayed in parts.
const MESSAGE_BYTES: usize = 1024;

/// How long a client may send nothing.
const SILENCE: Duration = Duration::from_secs(300);

/// How long a client may not read what is sent to it.
const STALL: Duration = Duration::from_secs(10);

/// How many messages a client may be behind before it is disconnected.
const BACKLOG: usize = 256;

/// A message and its sender.
type Said = (SocketAddr, Arc<[u8]>);

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: chat ADDRESS, such as 127.0.0.1:8001");
        std::process::exit(2);
    };
    let listener = youku_examples::listen(&address).await?;
    let room = Sender::new(BACKLOG);
    youku_examples::serve_each(listener, CLIENTS, |stream| join(stream, room.clone())).await;
    Ok(())
}

async fn join(stream: TcpStream, room: Sender<Said>) {
    let Ok(peer) = stream.peer_addr() else {
        return;
    };
    eprintln!("{peer} joins");
    let others = room.subscribe();
    match talk(stream, peer, &room, others).await {
        Ok(why) => eprintln!("{peer} leaves: {why}"),
        Err(error) => eprintln!("{peer} is cut off: {error}"),
    }
}

/// Serves one client until its connection ends; returns the reason.
async fn talk(
    stream: TcpStream,
    peer: SocketAddr,
    room: &Sender<Said>,
    mut others: Receiver<Said>,
) -> Result<&'static str, ConnectionError> {
    stream.set_nodelay(true)?;
    let mut connection = Connection::new(stream, SILENCE);
    let mut piece = [0; MESSAGE_BYTES];
    let mut silence = Box::pin(sleep(SILENCE));
    loop {
        let message = tokio::select! {
            // If another arm completes first, this future is dropped before it has read anything.
            read = connection.read_body(&mut piece) => match read {
                Ok(read) => {
                    silence.as_mut().reset(Instant::now() + SILENCE);
                    let message: Arc<[u8]> = piece[..read].into();
                    // `send` fails only without a receiver, and this client is one.
                    let _ = room.send((peer, Arc::clone(&message)));
                    message
                }
                Err(ConnectionError::Closed) => return Ok("it closed the connection"),
                Err(error) => return Err(error),
            },
            said = others.recv() => match said {
                Ok((from, _)) if from == peer => continue,
                Ok((_, message)) => message,
                Err(_) => return Ok("it is too far behind"),
            },
            () = &mut silence => return Ok("it says nothing"),
        };
        match timeout(STALL, connection.write_body(&message)).await {
            Ok(written) => written?,
            Err(_) => return Ok("it takes nothing"),
        }
    }
}
