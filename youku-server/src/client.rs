//! A client of the wire protocol: one method an operation, over the same frames as the server.
//!
//! It speaks the dialect that every server understands, adds the digest of every byte to an upload
//! and checks it after a download. It leaves out prompts and progress bars; those are the terminal
//! client's.

mod account;
mod error;
mod file_name;
mod incoming;
mod movies;
mod notices;
mod wire;

use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::net::{TcpStream, ToSocketAddrs};
use tokio::time::timeout;

use crate::{Connection, Frame, Language};

pub use account::Login;
pub use error::ClientError;
pub use file_name::local_file_name;
pub(crate) use incoming::hexadecimal;
pub use incoming::{Incoming, Saved};
pub use movies::Movie;
pub use notices::{Notice, Record};
use wire::{Call, Reply, Request};
pub use youku_core::{Kind, NewMovie, Role};

/// What a method of [`Client`] returns.
pub type Result<T, E = ClientError> = std::result::Result<T, E>;

/// How long making a connection may take.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// How long a reply may take. A server that syncs a large upload to its disk needs a while.
const REPLY_TIME: Duration = Duration::from_secs(120);

/// How long no byte of a movie may move, beside the wait that was announced.
const BODY_IDLE: Duration = Duration::from_secs(60);

/// The longest reply that is taken, in bytes. Its buffer grows with the bytes that come.
const MAX_REPLY: usize = 64 << 20;

/// A connection to a server, and the session that was opened over it.
///
/// A session ends with its connection: dropping the client logs out.
///
/// When a method fails without [a code](ClientError::code), or its future is dropped before it is
/// done, the position in the conversation is lost: every later call then fails, and
/// [`is_usable`](Self::is_usable) says so. Connect again in that case.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use youku_core::Role;
///
/// let mut client = youku_server::Client::connect("127.0.0.1:8080").await?;
/// client.login("neo", "follow the white rabbit", Role::User).await?;
/// for movie in client.movies(None).await? {
///     println!("{} {}", movie.id, movie.name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Client {
    connection: Connection<TcpStream>,
    session: Option<String>,
    language: Language,
    usable: bool,
}

impl Client {
    /// Connects to the server at `address`, such as `"127.0.0.1:8080"`, within 10 seconds.
    ///
    /// # Errors
    ///
    /// A [lost connection](ClientError::is_connection_lost) when nobody answers.
    ///
    /// # Cancel safety
    ///
    /// Safe: no connection is left behind.
    pub async fn connect(address: impl ToSocketAddrs) -> Result<Self> {
        let stream = timeout(CONNECT_TIME, TcpStream::connect(address))
            .await
            .map_err(|_| ClientError::silent(CONNECT_TIME))?
            .map_err(ClientError::transport)?;
        stream.set_nodelay(true).map_err(ClientError::transport)?;
        Ok(Self {
            connection: Connection::new(stream, BODY_IDLE),
            session: None,
            language: Language::English,
            usable: true,
        })
    }

    /// Chooses the language of the server's texts; English unless it is called.
    #[must_use]
    pub fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// Whether the next call can work. `false` after the connection broke, and after a call whose
    /// future was dropped before its end.
    pub fn is_usable(&self) -> bool {
        self.usable
    }

    /// The session of the last log-in, if there was one.
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Sends a request and reads what the reply has for it.
    async fn call<B: DeserializeOwned>(&mut self, request: Request<'_>) -> Result<B> {
        self.send(request).await?;
        self.reply().await
    }

    /// Sends a request. Until its reply has come, the client is not usable.
    async fn send(&mut self, request: Request<'_>) -> Result<()> {
        if !self.usable {
            return Err(ClientError::unusable());
        }
        let session = self.session.as_deref();
        let call = Call {
            cookies: session,
            lang: self.language.tag(),
            request,
        };
        let frame = Frame::encode(&call).map_err(ClientError::from_frame)?;
        self.usable = false;
        Ok(self.connection.write_frame(&frame).await?)
    }

    /// Reads a reply; the client is usable again.
    async fn reply<B: DeserializeOwned>(&mut self) -> Result<B> {
        let read = timeout(
            REPLY_TIME,
            self.connection.read_frame(MAX_REPLY, REPLY_TIME),
        )
        .await;
        let json = match read {
            Ok(json) => json?.ok_or_else(ClientError::closed)?,
            Err(_) => return Err(ClientError::silent(REPLY_TIME)),
        };
        let reply = Reply::parse(&json)?;
        self.usable = true;
        reply.into_body()
    }
}
