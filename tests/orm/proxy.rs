//! A proxy before MariaDB that answers in its place what one server alone never says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use youku_tests::Result;

/// ER_LOCK_DEADLOCK with sequence number 1
/// (<https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html>).
const DEADLOCK: &[u8] = b"\x11\0\0\x01\xff\xbd\x04#40001conflict";

/// Starts a proxy that answers the first COMMIT with error 1213, as Galera does when another node
/// was first; gives the URL of the same database behind it.
pub(crate) async fn refuse_first_commit(url: &str) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let own = listener.local_addr()?.to_string();
    let (_, server) = url.split_once('@').ok_or("a URL with a user")?;
    let (server, _) = server.split_once('/').ok_or("a URL with a database")?;
    let server = server.to_owned();
    // The socket of the same machine would go past the proxy.
    let through = format!("{}?prefer_socket=false", url.replace(&server, &own));
    let refused = Arc::new(AtomicBool::new(false));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            if let Ok(server) = TcpStream::connect(&server).await {
                connect(client, server, refused.clone());
            }
        }
    });
    Ok(through)
}

fn connect(client: TcpStream, server: TcpStream, refused: Arc<AtomicBool>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let to_client = Arc::new(Mutex::new(to_client));
    tokio::spawn(replies(from_server, to_client.clone()));
    tokio::spawn(async move {
        // Either side may go away.
        let _ = requests(from_client, to_server, &to_client, &refused).await;
    });
}

async fn replies(mut from: OwnedReadHalf, to: Arc<Mutex<OwnedWriteHalf>>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if to.lock().await.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    let _ = to.lock().await.shutdown().await;
}

/// Passes packets on: three bytes of length, a sequence number, the content.
async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    client: &Mutex<OwnedWriteHalf>,
    refused: &AtomicBool,
) -> std::io::Result<()> {
    loop {
        let head = from.read_u32_le().await?;
        let mut packet = vec![0; (head & 0x00ff_ffff) as usize];
        from.read_exact(&mut packet).await?;
        if packet == b"\x03COMMIT" && !refused.swap(true, Ordering::SeqCst) {
            client.lock().await.write_all(DEADLOCK).await?;
            continue;
        }
        to.write_u32_le(head).await?;
        to.write_all(&packet).await?;
    }
}
