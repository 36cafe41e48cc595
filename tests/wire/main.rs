//! The server over TCP, with raw bytes as the existing clients send them, and with our own client.

#![expect(clippy::unwrap_used, reason = "a failed `unwrap` fails its test")]

mod lossy;
mod raw;
mod support;

mod connections;

mod existing;

mod protocol2;

mod client;
