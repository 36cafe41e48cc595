//! A relay in front of a server, whose line breaks or stalls once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

/// What happens once a connection has carried so many bytes in one direction.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    HangUp(u64),
    Stall(u64),
}

pub(crate) struct Relay {
    pub(crate) address: String,
    carried: Arc<Carried>,
}

struct Carried {
    fault: Fault,
    is_over: AtomicBool,
    bytes: AtomicU64,
}

impl Relay {
    pub(crate) fn new(world: &World, fault: Fault) -> Self {
        let carried = Arc::new(Carried {
            fault,
            is_over: AtomicBool::new(false),
            bytes: AtomicU64::new(0),
        });
        let (relay, server) = (Arc::clone(&carried), world.address.clone());
        let address = world.runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap().to_string();
            tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    let (relay, server) = (Arc::clone(&relay), server.clone());
                    tokio::spawn(async move { relay.connect(client, &server).await });
                }
            });
            address
        });
        Self { address, carried }
    }

    /// How many bytes it has carried, in both directions.
    pub(crate) fn bytes(&self) -> u64 {
        self.carried.bytes.load(Ordering::SeqCst)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.carried.is_over.load(Ordering::SeqCst)
    }
}

impl Carried {
    /// Ends with the first of both directions that does.
    async fn connect(&self, client: TcpStream, server: &str) {
        let Ok(server) = TcpStream::connect(server).await else {
            return;
        };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::select! {
            () = self.carry(from_client, to_server) => {}
            () = self.carry(from_server, to_client) => {}
        }
    }

    async fn carry(&self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let (Fault::HangUp(most) | Fault::Stall(most)) = self.fault;
        let mut piece = [0; 16 * 1024];
        let mut carried = 0;
        while let Ok(read @ 1..) = from.read(&mut piece).await {
            if to.write_all(&piece[..read]).await.is_err() {
                return;
            }
            carried += read as u64;
            self.bytes.fetch_add(read as u64, Ordering::SeqCst);
            if carried >= most && !self.is_over.swap(true, Ordering::SeqCst) {
                match self.fault {
                    Fault::HangUp(_) => return,
                    Fault::Stall(_) => std::future::pending().await,
                }
            }
        }
    }
}
