//! The Youku movie service over TCP: wire protocol, server and terminal client.

pub mod client;
mod code;
mod connection;
mod frame;
mod language;
mod limits;
mod message;
mod server;
pub mod terminal;

pub use client::{Client, ClientError};
pub use code::Code;
pub use connection::{Connection, ConnectionError, Stream};
pub use frame::{Frame, FrameError, PREFIX_BYTES, frame_length};
pub use language::Language;
pub use limits::Limits;
pub use server::{Options, run};
