//! The server over TCP, with raw bytes as the existing clients send them, and with our own client.

#![expect(clippy::unwrap_used, reason = "what cannot go on fails its test")]

mod lossy;
mod raw;
mod support;

mod account;
mod addresses;
mod bad_input;
mod bad_replies;
mod client;
mod client_transfers;
mod codes;
mod conformance;
mod crowd;
mod decoder;
mod design_dialect;
mod download;
mod failing_disk;
mod files;
mod framing;
mod history;
mod limits;
mod lost_replies;
mod movies;
mod notices;
mod parts;
mod payments;
mod protocol2;
mod reconnect;
mod refused_upload;
mod repeats;
mod resumed_uploads;
mod secret;
mod shutdown;
mod terminal;
mod tls;
mod upload;
