//! The Youku movie service over TCP: wire protocol, server and terminal client.

#![allow(dead_code)]
mod code;
mod connection;
mod frame;
mod language;
mod limits;
mod message;

pub use code::Code;
pub use connection::{Connection, ConnectionError, Stream};
pub use frame::{Frame, FrameError, PREFIX_BYTES, frame_length};
pub use language::Language;
pub use limits::Limits;
