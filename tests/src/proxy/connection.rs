//! One connection through the proxy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::Mutex;

use super::{Fate, Way};

/// ER_LOCK_DEADLOCK with sequence number 1
/// (<https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html>).
const DEADLOCK: &[u8] = b"\x11\0\0\x01\xff\xbd\x04#40001conflict";

/// Passes packets on between client and server, with one task for each direction.
pub(super) fn connect(client: TcpStream, server: TcpStream, way: Arc<Way>) {
    let mut closed = way.closed.subscribe();
    way.open.send_modify(|count| *count += 1);
    tokio::spawn(async move {
        tokio::select! {
            () = pass(client, server, &way) => {}
            _ = closed.changed() => {}
        }
        way.open.send_modify(|count| *count -= 1);
    });
}

async fn pass(mut client: TcpStream, mut server: TcpStream, way: &Way) {
    let number = way.number.fetch_add(1, Ordering::SeqCst);
    let (from_client, to_client) = client.split();
    let (from_server, mut to_server) = server.split();
    let to_client = Mutex::new(to_client);
    let is_cut = AtomicBool::new(false);
    let requests = async {
        // Either side may close its connection.
        let _ = requests(from_client, &mut to_server, &to_client, (way, &is_cut)).await;
        if !way.holds_replies(number) {
            let _ = to_server.shutdown().await;
        }
    };
    tokio::join!(
        requests,
        replies(from_server, &to_client, (way, &is_cut, number))
    );
}

/// Passes replies on, up to and including the first one after the cut.
async fn replies(
    mut from: ReadHalf<'_>,
    to: &Mutex<WriteHalf<'_>>,
    (way, is_cut, number): (&Way, &AtomicBool, usize),
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let mut released = way.released.subscribe();
        let mut rest = &buffer[..length];
        while !rest.is_empty() {
            let passing = if way.holds_replies(number) {
                0
            } else {
                way.pass(rest.len())
            };
            if passing == 0 {
                // The sender lives in `way`, so the channel cannot close while this waits.
                let _ = released.changed().await;
                continue;
            }
            let (piece, others) = rest.split_at(passing);
            rest = others;
            let mut to = to.lock().await;
            if is_cut.load(Ordering::SeqCst) || to.write_all(piece).await.is_err() {
                let _ = to.shutdown().await;
                return;
            }
        }
    }
    let _ = to.lock().await.shutdown().await;
}

/// Passes packets on: three bytes of length, a sequence number, the content.
async fn requests(
    mut from: ReadHalf<'_>,
    to: &mut WriteHalf<'_>,
    client: &Mutex<WriteHalf<'_>>,
    (way, is_cut): (&Way, &AtomicBool),
) -> std::io::Result<()> {
    loop {
        let head = from.read_u32_le().await?;
        let mut packet = vec![0; (head & 0x00ff_ffff) as usize];
        from.read_exact(&mut packet).await?;
        let fate = loop {
            let mut released = way.released.subscribe();
            match way.fate(&packet) {
                // The sender lives in `way`, so the channel cannot close while this waits.
                Fate::IsHeld => drop(released.changed().await),
                fate => break fate,
            }
        };
        match fate {
            Fate::Passes | Fate::IsHeld => {}
            Fate::IsRefused => {
                client.lock().await.write_all(DEADLOCK).await?;
                continue;
            }
            Fate::LosesItsReply => is_cut.store(true, Ordering::SeqCst),
            Fate::IsLost => return client.lock().await.shutdown().await,
        }
        // In one write: the second of two pieces would wait until the first is acknowledged.
        packet.splice(..0, head.to_le_bytes());
        to.write_all(&packet).await?;
    }
}
