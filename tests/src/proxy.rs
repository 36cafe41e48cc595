//! A proxy in front of MariaDB that produces faults which a single server never produces.

mod connection;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::Result;

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
    /// How many connections and packets were refused because the server was down.
    turned_away: watch::Sender<usize>,
    /// How many bytes of replies may still pass; `None` lets all pass.
    allowed: Mutex<Option<usize>>,
    /// How many connections have been opened so far.
    number: AtomicUsize,
    /// The proxy holds the replies of connections with a lower number.
    held_below: AtomicUsize,
    /// Counts how often held data was released.
    released: watch::Sender<usize>,
    /// Counts how often all connections were closed.
    closed: watch::Sender<usize>,
    /// How many connections are open.
    open: watch::Sender<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Everything passes.
    Open,
    /// So do all commits before this one.
    RefuseCommit(usize),
    LoseCommit(usize),
    /// A packet that begins like this is held, and its connection to the server stays open.
    Hold(&'static [u8]),
    /// The server gets a packet that begins like this, but its reply is lost with the connection. All others pass.
    LoseReply(&'static [u8]),
    /// Connections stay open, but nothing is answered any more, not even a new connection.
    Silent,
    /// The server is down.
    Down,
}

/// What the proxy does with a packet of the client.
enum Fate {
    Passes,
    IsRefused,
    /// The server gets it, but its reply is lost with the connection.
    LosesItsReply,
    IsHeld,
    IsLost,
}

impl Proxy {
    /// Starts a proxy in front of the database that `url` names.
    ///
    /// # Errors
    ///
    /// If `url` does not name a server, or if no port is free.
    pub async fn start(url: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let own = listener.local_addr()?.to_string();
        let (_, server) = url.split_once('@').ok_or("a URL with a user")?;
        let (server, _) = server.split_once('/').ok_or("a URL with a database")?;
        let server = server.to_owned();
        // Connections by the local socket would bypass the proxy.
        let through = format!("{}?prefer_socket=false", url.replace(&server, &own));
        let way = Arc::new(Way {
            mode: Mutex::new(Mode::Open),
            lost_commits: AtomicUsize::new(0),
            turned_away: watch::Sender::new(0),
            allowed: Mutex::new(None),
            number: AtomicUsize::new(0),
            held_below: AtomicUsize::new(0),
            released: watch::Sender::new(0),
            closed: watch::Sender::new(0),
            open: watch::Sender::new(0),
        });
        let accept = way.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mode = *accept.mode();
                if mode == Mode::Down {
                    accept.turned_away.send_modify(|count| *count += 1);
                } else if mode == Mode::Silent {
                    let mut released = accept.released.subscribe();
                    tokio::spawn(async move {
                        let _ = released.changed().await;
                        drop(client);
                    });
                } else if let Ok(server) = TcpStream::connect(&server).await {
                    let _ = client.set_nodelay(true).and(server.set_nodelay(true));
                    connection::connect(client, server, accept.clone());
                }
            }
        });
        Ok(Self { url: through, way })
    }

    /// The URL of the database behind the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers a COMMIT with error 1213 in place of the server, as Galera does when another node was first: the next one
    /// after `passed` others.
    pub fn refuse_commit(&self, passed: usize) {
        *self.way.mode() = Mode::RefuseCommit(passed);
    }

    /// Passes a COMMIT to the server, the next one after `passed` others, but loses its reply. After that the server is down
    /// until [`restore`](Self::restore).
    pub fn lose_commit(&self, passed: usize) {
        *self.way.mode() = Mode::LoseCommit(passed);
    }

    /// Lets that many more bytes of replies pass, for all connections together. Holds the rest until the limit is raised or
    /// until [`restore`](Self::restore).
    pub fn allow(&self, bytes: usize) {
        let mut allowed = self.way.allowed();
        *allowed = Some(allowed.unwrap_or(0) + bytes);
        drop(allowed);
        self.way.released.send_modify(|count| *count += 1);
    }

    /// Holds packets of the client that begin with `head`, a command and its text, until [`restore`](Self::restore). The server
    /// does not notice when such a client goes away.
    pub fn hold(&self, head: &'static [u8]) {
        *self.way.mode() = Mode::Hold(head);
    }

    /// Holds the replies on all connections that are open now until [`restore`](Self::restore). The server does not notice when
    /// such a client goes away.
    pub fn hold_replies(&self) {
        let number = self.way.number.load(Ordering::SeqCst);
        self.way.held_below.store(number, Ordering::SeqCst);
    }

    /// Answers nothing any more until [`restore`](Self::restore), like a host that has disappeared: connections stay open, and new
    /// ones are accepted.
    pub fn keep_silent(&self) {
        *self.way.mode() = Mode::Silent;
    }

    /// Passes the next packet that begins with `head` to the server, but loses its reply: the connection is closed.
    pub fn lose_reply(&self, head: &'static [u8]) {
        *self.way.mode() = Mode::LoseReply(head);
    }

    /// Closes every connection, like a server that shuts down, and waits until that is done.
    pub async fn close_all(&self) {
        let mut open = self.way.open.subscribe();
        self.way.closed.send_modify(|count| *count += 1);
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = open.wait_for(|count| *count == 0).await;
    }

    /// Closes every connection and accepts none until [`restore`](Self::restore).
    pub async fn go_down(&self) {
        *self.way.mode() = Mode::Down;
        self.close_all().await;
    }

    /// Lets everything pass from now on. Returns whether the server was down, as it is after the reply to a commit was lost.
    pub fn restore(&self) -> bool {
        let before = std::mem::replace(&mut *self.way.mode(), Mode::Open);
        self.way.held_below.store(0, Ordering::SeqCst);
        *self.way.allowed() = None;
        self.way.released.send_modify(|count| *count += 1);
        before == Mode::Down
    }

    /// How many commits have lost their reply so far.
    pub fn lost_commits(&self) -> usize {
        self.way.lost_commits.load(Ordering::SeqCst)
    }

    /// How many connections, and packets of connections, have found the server down so far.
    pub fn turned_away(&self) -> usize {
        *self.way.turned_away.borrow()
    }

    /// Waits until that number is above `count`.
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

    fn allowed(&self) -> MutexGuard<'_, Option<usize>> {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up to that many bytes from what may still pass.
    fn pass(&self, bytes: usize) -> usize {
        match &mut *self.allowed() {
            None => bytes,
            Some(left) => {
                let passing = bytes.min(*left);
                *left -= passing;
                passing
            }
        }
    }

    /// Whether the proxy holds the replies of the connection with that number.
    fn holds_replies(&self, number: usize) -> bool {
        number < self.held_below.load(Ordering::SeqCst)
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
            Mode::Silent => Fate::IsHeld,
            Mode::Hold(head) if packet.starts_with(head) => Fate::IsHeld,
            Mode::LoseReply(head) if packet.starts_with(head) => {
                *mode = Mode::Open;
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
