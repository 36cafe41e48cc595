//! A proxy before MariaDB that does what one server alone never does.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::Result;

/// ER_LOCK_DEADLOCK with sequence number 1
/// (<https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html>).
const DEADLOCK: &[u8] = b"\x11\0\0\x01\xff\xbd\x04#40001conflict";

/// The way to a database, through a proxy that ends with the runtime.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    way: Arc<Way>,
}

#[derive(Debug)]
struct Way {
    mode: Mutex<Mode>,
    lost_commits: AtomicUsize,
    /// How many connections and packets found nobody.
    turned_away: watch::Sender<usize>,
    /// Whether replies come byte by byte.
    crumbles: AtomicBool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Everything passes.
    Open,
    /// So do all commits before this one.
    RefuseCommit(usize),
    LoseCommit(usize),
    /// Nobody answers.
    Down,
}

/// What becomes of a packet of the client.
enum Fate {
    Passes,
    IsRefused,
    /// The server gets it, and its answer gets lost with the connection.
    LosesItsReply,
    IsLost,
}

impl Proxy {
    /// Starts a proxy before the database that `url` names.
    ///
    /// # Errors
    ///
    /// When `url` names no server, or there is no port.
    pub async fn start(url: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let own = listener.local_addr()?.to_string();
        let (_, server) = url.split_once('@').ok_or("a URL with a user")?;
        let (server, _) = server.split_once('/').ok_or("a URL with a database")?;
        let server = server.to_owned();
        // The socket of the same machine would go past the proxy.
        let through = format!("{}?prefer_socket=false", url.replace(&server, &own));
        let way = Arc::new(Way {
            mode: Mutex::new(Mode::Open),
            lost_commits: AtomicUsize::new(0),
            turned_away: watch::Sender::new(0),
            crumbles: AtomicBool::new(false),
        });
        let accept = way.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *accept.mode() == Mode::Down {
                    accept.turned_away.send_modify(|count| *count += 1);
                } else if let Ok(server) = TcpStream::connect(&server).await {
                    let _ = client.set_nodelay(true).and(server.set_nodelay(true));
                    connect(client, server, accept.clone());
                }
            }
        });
        Ok(Self { url: through, way })
    }

    /// The URL of the database behind the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers a COMMIT with error 1213 in the server's place, as Galera does when another node was first: the next one
    /// but `passed`.
    pub fn refuse_commit(&self, passed: usize) {
        *self.way.mode() = Mode::RefuseCommit(passed);
    }

    /// Lets the server get a COMMIT, the next one but `passed`, and nobody its answer. From then on nobody is there until
    /// [`mend`](Self::mend).
    pub fn lose_commit(&self, passed: usize) {
        *self.way.mode() = Mode::LoseCommit(passed);
    }

    /// From now on replies come byte by byte.
    pub fn crumble(&self) {
        self.way.crumbles.store(true, Ordering::SeqCst);
    }

    /// From now on everything passes. Says whether a commit was lost.
    pub fn mend(&self) -> bool {
        std::mem::replace(&mut *self.way.mode(), Mode::Open) == Mode::Down
    }

    /// Of how many commits the answer was lost so far.
    pub fn lost_commits(&self) -> usize {
        self.way.lost_commits.load(Ordering::SeqCst)
    }

    /// How many connections and packets of connections found nobody so far.
    pub fn turned_away(&self) -> usize {
        *self.way.turned_away.borrow()
    }

    /// Waits until more than `count` have.
    pub async fn turns_away_more_than(&self, count: usize) {
        let mut turned_away = self.way.turned_away.subscribe();
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = turned_away.wait_for(|now| *now > count).await;
    }
}

impl Way {
    fn mode(&self) -> MutexGuard<'_, Mode> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fate(&self, packet: &[u8]) -> Fate {
        let mut mode = self.mode();
        let is_commit = packet == b"\x03COMMIT";
        match &mut *mode {
            Mode::Down => {
                self.turned_away.send_modify(|count| *count += 1);
                Fate::IsLost
            }
            Mode::RefuseCommit(0) if is_commit => {
                *mode = Mode::Open;
                Fate::IsRefused
            }
            Mode::LoseCommit(0) if is_commit => {
                *mode = Mode::Down;
                self.lost_commits.fetch_add(1, Ordering::SeqCst);
                Fate::LosesItsReply
            }
            Mode::RefuseCommit(passed) | Mode::LoseCommit(passed) if is_commit => {
                *passed -= 1;
                Fate::Passes
            }
            _ => Fate::Passes,
        }
    }
}

fn connect(client: TcpStream, server: TcpStream, way: Arc<Way>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let to_client = Arc::new(tokio::sync::Mutex::new(to_client));
    let is_cut = Arc::new(AtomicBool::new(false));
    let reply_way = (way.clone(), is_cut.clone());
    tokio::spawn(replies(from_server, to_client.clone(), reply_way));
    tokio::spawn(async move {
        // Either side may go away.
        let _ = requests(from_client, to_server, &to_client, (&way, &is_cut)).await;
    });
}

/// Passes replies on until the first one after the cut, which is the last.
async fn replies(
    mut from: OwnedReadHalf,
    to: Arc<tokio::sync::Mutex<OwnedWriteHalf>>,
    (way, is_cut): (Arc<Way>, Arc<AtomicBool>),
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let mut to = to.lock().await;
        let size = match way.crumbles.load(Ordering::SeqCst) {
            true => 1,
            false => length,
        };
        for piece in buffer[..length].chunks(size) {
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
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    client: &tokio::sync::Mutex<OwnedWriteHalf>,
    (way, is_cut): (&Way, &AtomicBool),
) -> std::io::Result<()> {
    loop {
        let head = from.read_u32_le().await?;
        let mut packet = vec![0; (head & 0x00ff_ffff) as usize];
        from.read_exact(&mut packet).await?;
        match way.fate(&packet) {
            Fate::Passes => {}
            Fate::IsRefused => {
                client.lock().await.write_all(DEADLOCK).await?;
                continue;
            }
            Fate::LosesItsReply => is_cut.store(true, Ordering::SeqCst),
            Fate::IsLost => return client.lock().await.shutdown().await,
        }
        // At once: what comes in two pieces waits for the receipt of the first.
        packet.splice(..0, head.to_le_bytes());
        to.write_all(&packet).await?;
    }
}
