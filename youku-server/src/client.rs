//! A client of the wire protocol, with one method for each operation.
//!
//! It speaks protocol 2. Prompts and progress bars are the terminal client's.
//!
//! # A client of your own
//!
//! ```
//! use youku_core::{Registration, Youku};
//! use youku_server::client::{Client, Role};
//!
//! async fn catalogue(server: &str) -> Result<Vec<String>, youku_server::ClientError> {
//!     let mut client = Client::connect(server).await?;
//!     client.register("neo", "follow the white rabbit", Role::User).await?;
//!     let me = client.login("neo", "follow the white rabbit", None).await?;
//!     println!("logged in as {}, member: {}", me.username, me.is_vip);
//!     let movies = client.movies(None).await?;
//!     for movie in &movies {
//!         println!("{} {} ({} bytes)", movie.id, movie.name, movie.size);
//!     }
//!     client.logout().await?;
//!     Ok(movies.into_iter().map(|movie| movie.name).collect())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let youku = Youku::builder().database("sqlite::memory:").movies("memory:///").open().await?;
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let address = listener.local_addr()?.to_string();
//! # tokio::spawn(youku_server::run(listener, youku, Default::default(), std::future::pending()));
//! assert!(catalogue(&address).await?.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # What is repeated
//!
//! If the client finds its connection broken before it sends a request, it reconnects and uses the
//! same session. If the connection breaks in the middle of a request that only reads, the client
//! sends the request once more. It does not repeat a request that changes something: the server may
//! have carried it out, and only the caller knows how to find out. The exception is a purchase under
//! a key, [`Client::renew_membership_once`]: the server counts it once however often it arrives.

mod builder;
mod error;

mod wire;

mod call;

mod account;
mod person;

mod movies;
mod notices;

mod admin;

mod transfers;

use std::fmt;
use std::time::Duration;

pub use crate::message::objects::{
    AuditLine, Identity, Invite, Membership, Movie, MovieDetails, Notice, OpenInvite, OpenSession,
    Prices, Purchase, Quote, Record, Statistics, Upload, User,
};
use crate::message::objects::{HelloReply, REGISTRATION_BY_INVITE};
use crate::{Connection, Transport};

pub use builder::ClientBuilder;
pub use error::ClientError;
pub use movies::MovieQuery;
pub use transfers::download::MoviePart;
pub use transfers::incoming::{Incoming, Saved};
pub(crate) use transfers::rename::{rename_new, sync_folder};
pub use transfers::upload::{Begin, Uploaded};
pub use youku_core::{Kind, MovieDescription, MovieEdit, NewMovie, Role, Sort, local_file_name};

use call::read_reply;

/// What a method of [`Client`] returns.
pub type Result<T, E = ClientError> = std::result::Result<T, E>;

/// How long a transfer may stand still, in addition to the wait that the server announced.
const BODY_IDLE: Duration = Duration::from_secs(60);

/// A client of one server, with the session that it uses there.
///
/// A session outlives its connection: a program can store [`session`](Self::session), protected like
/// a password, and pass it to [`ClientBuilder::session`] later. Dropping the client does not end the
/// session; [`logout`](Self::logout) does.
///
/// A call whose future is dropped early closes the connection, because it may have sent a part of
/// its request or read a part of its reply. The next call reconnects. The server may still carry out
/// the dropped call's request.
pub struct Client {
    builder: ClientBuilder,
    /// `None` while a call is under way, and after a call that was interrupted.
    connection: Option<Connection<Transport>>,
    greeting: HelloReply,
    session: Option<String>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// In the order of the list.
    pub entries: Vec<T>,
    /// Where the next part begins; `None` at the end of the list.
    pub next: Option<String>,
}

impl Client {
    /// Connects to the server at `address`, such as `"127.0.0.1:8080"`, within 10 seconds.
    /// [`builder`](Self::builder) has more options.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::connect`].
    ///
    /// # Cancel safety
    ///
    /// Safe: no connection is left behind.
    pub async fn connect(address: impl ToString) -> Result<Self> {
        Self::builder(address).connect().await
    }

    /// A client for the server at `address`, such as `"127.0.0.1:8080"`.
    ///
    /// ```no_run
    /// # async fn example(kept: String) -> Result<(), youku_server::ClientError> {
    /// use youku_server::{Client, Language};
    ///
    /// let server = Client::builder("127.0.0.1:8080").language(Language::Chinese);
    /// let mut client = server.session(kept).connect().await?;
    /// println!("{}", client.whoami().await?.username);
    /// # Ok(())
    /// # }
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "addresses of every type are given by value elsewhere too"
    )]
    pub fn builder(address: impl ToString) -> ClientBuilder {
        ClientBuilder::new(address.to_string())
    }

    fn disconnected(builder: ClientBuilder) -> Self {
        Self {
            builder,
            connection: None,
            greeting: HelloReply::default(),
            session: None,
        }
    }

    /// Whether the client is connected. If it is not, the next call connects.
    pub fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// The session of the last log-in, or the one that the client was built with, until it logs out.
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Whether users need an invite to [register](Self::register_invited).
    pub fn needs_invite(&self) -> bool {
        let caps = &self.greeting.caps;
        caps.iter().any(|cap| cap == REGISTRATION_BY_INVITE)
    }

    /// The size of the largest movie that the server accepts, in bytes.
    pub fn max_movie_bytes(&self) -> u64 {
        self.greeting.max_size
    }
}

/// Leaves out the session, which is a secret.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("connected", &self.is_connected())
            .field("logged_in", &self.session.is_some())
            .finish_non_exhaustive()
    }
}

/// Whether `text` consists of this many hexadecimal digits.
pub(crate) fn is_hexadecimal(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
