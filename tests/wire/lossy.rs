//! A connection that loses one reply: the server has carried out the request, but its client does not know.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use youku_server::{Connection, Frame};

use crate::support::PATIENCE;

/// The longest frame that the relay carries, in bytes.
const MAX_FRAME: usize = 1 << 20;

/// A relay to a server, for requests and replies without bytes after them, and for chunks of uploads. The first reply to
/// `operation` does not arrive: both connections end instead.
pub(crate) struct Lossy {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Lossy {
    pub(crate) async fn before(server: SocketAddr, operation: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(server).await.unwrap();
                let seen = Arc::clone(&seen);
                tokio::spawn(async move { carry(client, server, operation, &seen).await });
            }
        });
        Self { address, requests }
    }

    /// How often the client sent the operation.
    pub(crate) fn count(&self, operation: &str) -> usize {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|name| *name == operation).count()
    }
}

/// Ends with either connection, or when it loses the reply.
async fn carry(
    client: TcpStream,
    server: TcpStream,
    operation: &str,
    seen: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut client = Connection::new(client, PATIENCE);
    let mut server = Connection::new(server, PATIENCE);
    loop {
        let json = client.read_frame(MAX_FRAME, PATIENCE).await.ok()??;
        let request: Value = serde_json::from_slice(&json).unwrap();
        server
            .write_frame(&Frame::encode(&request).ok()?)
            .await
            .ok()?;
        let name = request["type"].as_str().unwrap();
        if name == "upload_chunk" {
            let mut bytes = vec![0; request["len"].as_u64().unwrap().try_into().unwrap()];
            let mut read = 0;
            while read < bytes.len() {
                read += client.read_body(&mut bytes[read..]).await.ok()?;
            }
            server.write_body(&bytes).await.ok()?;
        }
        let reply = server.read_frame(MAX_FRAME, PATIENCE).await.ok()??;
        let is_first = {
            let mut seen = seen.lock().unwrap();
            seen.push(name.to_owned());
            seen.iter().filter(|name| *name == operation).count() == 1
        };
        if name == operation && is_first {
            return None;
        }
        let reply: Value = serde_json::from_slice(&reply).unwrap();
        client
            .write_frame(&Frame::encode(&reply).ok()?)
            .await
            .ok()?;
    }
}
