//! The examples that serve, driven by Python clients in the style that they are made for, and by raw sockets.
#![expect(clippy::unwrap_used, reason = "what cannot go on fails its test")]

mod chat;
mod file_drop;
mod handshake;
