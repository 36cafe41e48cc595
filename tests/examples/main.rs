//! The examples, started as a user starts them. Those that run a server are driven by Python clients in the style that they are
//! made for, and by raw sockets.
#![expect(clippy::unwrap_used, reason = "a failed `unwrap` fails its test")]

mod chat;
mod custom_payments;
mod embed_axum;
mod embed_cli;
mod existing_pool;
mod file_drop;
mod handshake;
mod hooks;
