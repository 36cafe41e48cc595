//! The Youku movie service over TCP: wire protocol, server and terminal client.
//!
//! - [`run`] serves a [`youku_core::Youku`] to every client that connects; [`Options`] and [`Limits`]
//!   are what an operator may choose.
//! - [`Client`] is the client side, with one method for each operation.
//! - [`ServerTls`] and [`ClientTls`] encrypt connections; [`SharedSecret`] keeps out clients that do
//!   not know it.
//! - [`Frame`] and [`Connection`] are the parts that both sides use, for your own clients and
//!   servers.
//! - [`terminal`] is the client for people, with menus and progress bars.
//!
//! The programs `youku-server` and `youku` read arguments and call this library.
//!
//! # The protocol
//!
//! A frame is a signed 32-bit little-endian length and as many bytes of UTF-8 JSON, one object. A
//! request names its operation in `type`; every reply has `flag`, a stable [`Code`] as `code`, and
//! in some cases a text for people as `msg`. [`protocol`] describes the whole protocol for people who
//! write a client.
//!
//! ```
//! use youku_core::{Registration, Role, Youku};
//! use youku_server::{Client, Options, run};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let youku = Youku::builder().database("sqlite::memory:").movies("memory:///").open().await?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! tokio::spawn(run(listener, youku, Options::default(), std::future::pending()));
//!
//! let mut client = Client::connect(address).await?;
//! client.register("neo", "follow the white rabbit", Role::User).await?;
//! client.login("neo", "follow the white rabbit", Role::User).await?;
//! assert!(client.movies(None).await?.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! Without TLS, passwords and movies cross the network unencrypted.

mod causes;
mod wire;

mod message;

pub mod protocol;

pub mod client;

mod server;

pub mod terminal;

pub use causes::with_causes;
pub use client::{Client, ClientError};
#[doc(hidden)]
pub use server::decode_stream;
pub use server::{Listener, Listeners, Options, run};
pub use wire::code::Code;
pub use wire::connection::{Connection, ConnectionError};
pub use wire::frame::{Frame, FrameError, PREFIX_BYTES, frame_length};
pub use wire::language::Language;
pub use wire::limits::Limits;
pub use wire::secret::{CHALLENGE_BYTES, CHALLENGE_TIME, SharedSecret};
pub use wire::tls::{ClientTls, Fingerprint, SelfSigned, ServerTls, TlsError};
pub use wire::transport::{Stream, Transport};
